/**
 * A value as it stands in a message: in quotes, on one line, with control characters written out.
 * Long values are cut, and whoever put a password into an address does not see it printed.
 */
export function quote(text: string): string {
  return `"${onOneLine(text)}"`;
}

/** More of a line than this helps nobody to find it. */
const LONGEST_SHOWN = 200;
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufeff]/gu;
const CREDENTIALS = /:\/\/[^/\s@"']+@/g;

/** The part of {@linkcode quote} between the quotes. */
export function onOneLine(text: string): string {
  const safe = text.replace(CREDENTIALS, "://***@").replace(
    UNPRINTABLE,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  const characters = [...safe];
  return characters.length <= LONGEST_SHOWN
    ? safe
    : `${characters.slice(0, LONGEST_SHOWN).join("")}…`;
}

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"`. */
export function quoteAll(texts: readonly string[]): string {
  const quoted = texts.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}
