import { type Environment, findPython } from "../holotree/mod.ts";
import { BYTECODE_SIZE, sizeOfSources } from "../plan/mod.ts";
import { formatBytes } from "../report/mod.ts";

/** From so many packed bytes on, nobody is told to have bytecode who has not asked for it. */
const MOST_CHEAP = 60_000_000;

/** What `--compile-bytecode` would bring where it was not asked for and is cheap. */
export function bytecodeNotes(environment: Environment | undefined): readonly string[] {
  const python = environment && findPython(environment.catalog);
  if (environment === undefined || python === undefined) return [];
  const packed = sizeOfSources(environment.catalog, python) * BYTECODE_SIZE.packed;
  if (packed === 0 || packed > MOST_CHEAP) return [];
  return [
    `Python compiles at each start what the robot imports: --compile-bytecode spares that, for about ` +
    formatBytes(packed),
  ];
}
