import { ELF_HEADER_BYTES, isElf } from "./elf_tables.ts";
import type { ProgramFacts } from "./program_facts.ts";
import { readElf } from "./read_elf.ts";
import type { Reading } from "./reading.ts";

/** As much of a script as Linux looks at: https://man7.org/linux/man-pages/man2/execve.2.html */
const SCRIPT_BYTES = 256;

/** Whether bytes begin as a program does. Most files do not, and need not be looked at further. */
export function isProgram(beginning: Uint8Array): boolean {
  return isScript(beginning) || isElf(beginning);
}

/** What a file that is in memory says of how it is started; `undefined` when it is no program. */
export function programFacts(bytes: Uint8Array): ProgramFacts | undefined {
  if (!isProgram(bytes)) return undefined;
  const reading = readProgram();
  let step = reading.next();
  while (!step.done) {
    step = reading.next(
      step.value.map(({ offset, size }) => bytes.subarray(offset, offset + size)),
    );
  }
  return step.value;
}

export function* readProgram(): Reading {
  const [beginning] = yield [{ offset: 0, size: Math.max(SCRIPT_BYTES, ELF_HEADER_BYTES) }];
  if (isElf(beginning!)) return yield* readElf(beginning!);
  if (!isScript(beginning!)) return undefined;
  const [line = ""] = new TextDecoder().decode(beginning!.subarray(2)).split("\n", 1);
  const interpreter = line.trim();
  return interpreter === "" ? undefined : { kind: "script", interpreter };
}

function isScript(beginning: Uint8Array): boolean {
  return beginning[0] === 0x23 && beginning[1] === 0x21;
}
