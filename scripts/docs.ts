/** `deno task docs`: docs/cli.md and docs/rcc-oci.1, made of the program. */
import { documents } from "./docs/documents.ts";

for (const { path, text } of await documents()) await Deno.writeTextFile(path, text);
