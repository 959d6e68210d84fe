import assert from "node:assert/strict";
import { assemblyModule } from "../../scripts/assembly/assembly_module.ts";
import { toolTest } from "../support/tools.ts";

// The compiler is a package of npm, which deno fetches where npm can be reached.
toolTest({
  name: "src/compression/assembly_module.ts is what the compiler makes of src/compression/assembly",
  needs: ["npm"],
}, async () => {
  const { path, text } = await assemblyModule();
  const written = await Deno.readTextFile(path);
  assert.ok(written === text, `${path} is not up to date: run \`deno task assembly\``);
});
