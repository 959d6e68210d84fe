import { open } from "node:fs/promises";
import type { TargetName } from "./targets.ts";

const ELF = 0x7f454c46;
const MACH_O = 0xcffaedfe;
const DOS = 0x4d5a;
const PE_OFFSET_FIELD = 0x3c;
/** What a header has to hold, and to spare: a PE header stands behind a small program. */
const HEADER_BYTES = 4096;

/**
 * The system an executable is for, `undefined` for anything else.
 *
 * Formats: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html,
 * https://learn.microsoft.com/windows/win32/debug/pe-format,
 * https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
 */
export async function machineOf(path: string): Promise<TargetName | undefined> {
  const bytes = new Uint8Array(HEADER_BYTES);
  await using file = await open(path);
  await file.read(bytes, 0, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const magic = view.getUint32(0);
  if (magic === ELF) return ELF_MACHINES.get(view.getUint16(18, true));
  if (magic === MACH_O) return MACH_O_MACHINES.get(view.getUint32(4, true));
  if (magic >>> 16 === DOS) {
    const header = view.getUint32(PE_OFFSET_FIELD, true);
    return header < HEADER_BYTES - 8
      ? PE_MACHINES.get(view.getUint16(header + 4, true))
      : undefined;
  }
  return undefined;
}

const ELF_MACHINES = new Map<number, TargetName>([[62, "linux-x86_64"], [183, "linux-aarch64"]]);
const MACH_O_MACHINES = new Map<number, TargetName>([
  [0x01000007, "macos-x86_64"],
  [0x0100000c, "macos-aarch64"],
]);
const PE_MACHINES = new Map<number, TargetName>([[0x8664, "windows-x86_64"]]);
