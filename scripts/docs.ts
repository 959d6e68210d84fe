/** `deno task docs`: docs/cli.md, docs/rcc-oci.1 and src/help/pages.json, made of the program. */
import { join } from "node:path";
import { documents } from "./docs/documents.ts";
import { ROOT } from "./ship/project.ts";

for (const { path, text } of await documents()) await Deno.writeTextFile(join(ROOT, path), text);
