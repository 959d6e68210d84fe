// deno-lint-ignore-file no-console
/**
 * Compiles src/wasm/assembly from AssemblyScript to WebAssembly, and writes it as
 * src/wasm/codec_module.ts:
 *
 *     deno task wasm
 *
 * The compiler is fetched from npm when it is needed, and is no dependency of the program.
 */
import { codecModule } from "./wasm/codec_module.ts";

const { path, text } = await codecModule();
await Deno.writeTextFile(path, text);
console.log(`wrote ${path}, ${text.length} bytes`);
