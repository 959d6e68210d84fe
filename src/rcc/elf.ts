/**
 * What the first bytes of a file say of it as a Linux program.
 * Specification: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
 */

/** Why a file cannot be the image's rcc, in words that follow "found". `undefined` when it can. */
export function staticExecutableFault(beginning: Uint8Array): string | undefined {
  if (beginning.length === 0) return "an empty file";
  if (beginning[0] === 0x23 && beginning[1] === 0x21) return "a script";
  if (beginning[0] === 0x4d && beginning[1] === 0x5a) return "a Windows program";
  if (isMachO(beginning)) return "a macOS program";
  if (!ELF_MAGIC.every((byte, i) => beginning[i] === byte)) return "no ELF file";
  if (beginning.length < HEADER_BYTES) return "a truncated ELF file";
  if (beginning[4] !== CLASS_64) return "a 32-bit ELF file";
  if (beginning[5] !== LITTLE_ENDIAN) return "a big-endian ELF file";
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.length);
  const machine = view.getUint16(18, true);
  if (machine !== MACHINE_X86_64) {
    return `an ELF file for ${MACHINES[machine] ?? "another machine"}`;
  }
  const type = view.getUint16(16, true);
  if (type !== TYPE_EXECUTABLE && type !== TYPE_SHARED) return "an ELF file that is no executable";
  return interpreterFault(view);
}

/** How many bytes of a file are enough: all program headers of the usual tools' output are in them. */
export const ELF_BEGINNING_BYTES = 64 * 1024;

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const HEADER_BYTES = 64;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_EXECUTABLE = 2;
const TYPE_SHARED = 3;
const MACHINE_X86_64 = 62;
const MACHINES: Readonly<Record<number, string>> = {
  3: "i386",
  40: "arm",
  183: "arm64",
  243: "riscv64",
};
const SEGMENT_INTERPRETER = 3;

function interpreterFault(view: DataView): string | undefined {
  const offset = Number(view.getBigUint64(32, true));
  const entrySize = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  if (count === 0 || entrySize < 56 || offset + count * entrySize > view.byteLength) {
    return "an ELF file without program headers";
  }
  for (let i = 0; i < count; i++) {
    if (view.getUint32(offset + i * entrySize, true) === SEGMENT_INTERPRETER) {
      return "a dynamically linked program, which needs an interpreter";
    }
  }
  return undefined;
}

function isMachO(beginning: Uint8Array): boolean {
  if (beginning.length < 4) return false;
  const magic = new DataView(beginning.buffer, beginning.byteOffset).getUint32(0);
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic);
}
