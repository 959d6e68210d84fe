const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of bytes that should be UTF-8. File names on Linux are bytes: those that are not UTF-8
 * become lone surrogates, byte 0x80 + n as U+DC80 + n, so that different names stay different and
 * survive JSON. Python's `surrogateescape` does the same: https://peps.python.org/pep-0383/
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const size = characterSize(bytes[i]!);
    const character = size === 0 ? undefined : tryDecode(bytes.subarray(i, i + size));
    text += character ?? String.fromCharCode(0xdc00 + bytes[i]!);
    i += character === undefined ? 1 : size;
  }
  return text;
}

/** How many bytes a character has by its first one, 0 when it cannot be a first one. */
function characterSize(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

function tryDecode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
