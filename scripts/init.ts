// deno-lint-ignore-file no-console
/**
 * Compiles src/init/init.c, and writes the program as src/init/init_module.ts:
 *
 *     deno task init
 *
 * The compiler is fetched from PyPI when it is needed, and is no dependency of the program.
 */
import { initModule } from "./init/init_module.ts";

const { path, text } = await initModule();
await Deno.writeTextFile(path, text);
console.log(`wrote ${path}, ${text.length} bytes`);
