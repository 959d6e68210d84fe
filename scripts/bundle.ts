/** `deno task bundle`: the program as one file, `dist/rcc-oci.js`. */
import { bundleProgram } from "./ship/bundle_program.ts";
import { DIST } from "./ship/project.ts";
import { say, sayFiles } from "./ship/say.ts";
import { sourceCommit } from "./ship/source_commit.ts";

const bundle = await bundleProgram({ to: DIST });
await sayFiles([bundle.path, bundle.mapPath, bundle.licencesPath]);
say(`of commit ${await sourceCommit()}`);
