import assert from "node:assert/strict";
import { codecModule } from "../../scripts/wasm/codec_module.ts";
import { toolTest } from "../support/tools.ts";

// The compiler is a package of npm, which deno fetches where npm can be reached.
toolTest({
  name: "src/wasm/codec_module.ts is what the compiler makes of src/wasm/assembly",
  needs: ["npm"],
}, async () => {
  const { path, text } = await codecModule();
  const written = await Deno.readTextFile(path);
  assert.ok(written === text, `${path} is not up to date: run \`deno task wasm\``);
});
