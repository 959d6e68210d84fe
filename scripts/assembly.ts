// deno-lint-ignore-file no-console
/**
 * Compiles src/compression/assembly from AssemblyScript to WebAssembly, and writes it as
 * src/compression/assembly_module.ts:
 *
 *     deno task assembly
 *
 * The compiler is fetched from npm when it is needed, and is no dependency of the program.
 */
import { assemblyModule } from "./assembly/assembly_module.ts";

const { path, text } = await assemblyModule();
await Deno.writeTextFile(path, text);
console.log(`wrote ${path}, ${text.length} bytes`);
