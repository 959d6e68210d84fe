/**
 * A static Linux program of some 200 bytes that says that it is not rcc. With it the demo makes a
 * whole image on a machine that has none.
 *
 * Format: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 * Calls: https://man7.org/linux/man-pages/man2/syscall.2.html
 */

const LOAD_ADDRESS = 0x400000;
const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;

/** The program's bytes: it prints the message on standard output and exits with 0. */
export function standInElf(message: string): Uint8Array {
  const text = new TextEncoder().encode(message);
  const codeStart = HEADER_BYTES + SEGMENT_BYTES;
  const code = machineCode(text.length);
  const size = codeStart + code.length + text.length;
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0); // Magic, 64 bits, little-endian, version 1.
  view.setUint16(16, 2, true); // An executable,
  view.setUint16(18, 62, true); // for x86-64,
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(LOAD_ADDRESS + codeStart), true); // which begins here.
  view.setBigUint64(32, BigInt(HEADER_BYTES), true);
  view.setUint16(52, HEADER_BYTES, true);
  view.setUint16(54, SEGMENT_BYTES, true);
  view.setUint16(56, 1, true); // One segment:
  view.setUint32(HEADER_BYTES, 1, true); // to be loaded,
  view.setUint32(HEADER_BYTES + 4, 5, true); // readable and executable,
  view.setBigUint64(HEADER_BYTES + 16, BigInt(LOAD_ADDRESS), true);
  view.setBigUint64(HEADER_BYTES + 24, BigInt(LOAD_ADDRESS), true);
  view.setBigUint64(HEADER_BYTES + 32, BigInt(size), true);
  view.setBigUint64(HEADER_BYTES + 40, BigInt(size), true);
  view.setBigUint64(HEADER_BYTES + 48, 0x1000n, true);
  file.set(code, codeStart);
  file.set(text, codeStart + code.length);
  return file;
}

/** write(1, message, size), then exit(0). The message follows the code. */
function machineCode(messageSize: number): Uint8Array {
  const code = new Uint8Array([
    ...[0xb8, 1, 0, 0, 0], // mov eax, 1 (write)
    ...[0xbf, 1, 0, 0, 0], // mov edi, 1 (standard output)
    ...[0x48, 0x8d, 0x35, 16, 0, 0, 0], // lea rsi, [rip + 16] (the message)
    ...[0xba, 0, 0, 0, 0], // mov edx, the message's size
    ...[0x0f, 0x05], // syscall
    ...[0xb8, 60, 0, 0, 0], // mov eax, 60 (exit)
    ...[0x31, 0xff], // xor edi, edi (0)
    ...[0x0f, 0x05], // syscall
  ]);
  new DataView(code.buffer).setUint32(18, messageSize, true);
  return code;
}
