import assert from "node:assert/strict";
import { initModule } from "../../scripts/init/init_module.ts";
import { toolTest } from "../support/tools.ts";

// The compiler is a package of PyPI, which pip fetches where PyPI can be reached.
toolTest({
  name: "src/init/init_module.ts is what the compiler makes of src/init/init.c",
  needs: ["pip"],
}, async () => {
  const { path, text } = await initModule();
  assert.ok(
    await Deno.readTextFile(path) === text,
    `${path} is not up to date: run \`deno task init\``,
  );
});

Deno.test("src/init/init.c can be read in one sitting, and asks no library for anything", async () => {
  const source = await Deno.readTextFile(new URL("../../src/init/init.c", import.meta.url));
  assert.ok(source.trimEnd().split("\n").length < 200);
  assert.doesNotMatch(source, /#include/);
});
