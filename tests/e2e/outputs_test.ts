/** Where outputs go, as a user meets it. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildScene } from "../support/build_scene.ts";
import { HAS_PIPES, makePipe } from "../support/pipe.ts";
import { runProgram } from "../support/program.ts";
import { run, toolTest } from "../support/tools.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const env = { SOURCE_DATE_EPOCH: "1700000000" };
const NEEDS = ["apt"] as const;

if (HAS_PIPES) {
  toolTest({
    name: "build --save - writes the archive and nothing else to standard output",
    needs: NEEDS,
  }, async () => {
    await using scene = await buildScene();
    const saved = await scene.start([...scene.args, "--save", scene.archive, "-t", "bot:1"]).ended;
    assert.deepEqual([saved.code, saved.errors], [0, []]);
    const archive = await readFile(scene.archive);
    for (const [place, ...more] of [["-"], ["/dev/stdout", "--json"], ["/dev/fd/1", "-q"]]) {
      const words = [...scene.args, "--save", place!, "-t", "bot:1", ...more];
      const { code, stdoutBytes, stderr } = await runProgram(words, { cache: scene.cache, env });
      assert.equal(code, 0, stderr);
      assert.equal(Buffer.compare(stdoutBytes, archive), 0, place);
      assert.match(stderr, /bot:1/, "what was made is said all the same");
    }
    const out = join(scene.folder, "redirected.tar");
    const words = [...scene.args, "--save", "-", "-t", "bot:1"];
    const program = [Deno.execPath(), "run", "--quiet", "-A", MAIN];
    const script = ["-c", 'exec "$@" > "$0"', out, ...program, ...words];
    await run("sh", script, { env: { RCC_OCI_CACHE: scene.cache, ...env } });
    assert.equal(Buffer.compare(await readFile(out), archive), 0, "a file");
  });

  toolTest(
    { name: "a build that fails at its last output has replaced nothing", needs: NEEDS },
    async () => {
      await using scene = await buildScene();
      const pipe = join(scene.folder, "pipe");
      await makePipe(pipe); // Nobody reads it: that is found out last.
      await writeFile(scene.archive, "the image of before");
      for (const option of ["--digest-file", "--metadata-file", "--report"]) {
        const outputs = ["--save", scene.archive, "--oci-layout", scene.layout, option, pipe];
        const { code, errors } = await scene.start([...scene.args, ...outputs, "-t", "bot:1"])
          .ended;
        assert.equal(code, 7);
        assert.match(errors.join("\n"), /failed to write .* ".*pipe": nobody reads it/);
        assert.equal(await readFile(scene.archive, "utf8"), "the image of before");
        assert.deepEqual(await readdir(join(scene.folder, "out")), ["image.tar"]);
      }
    },
  );

  toolTest({ name: "build and doctor refuse one file for two outputs", needs: NEEDS }, async () => {
    await using scene = await buildScene();
    for (const more of [[], ["--plan"]]) {
      const args = [...scene.args, "--save", scene.archive, "--report", scene.archive, ...more];
      const { code, stderr } = await runProgram(args, { cache: scene.cache });
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^Error: failed to use --report ".*": it is the place of --save too, name/,
      );
    }
    await rm(scene.cache, { recursive: true, force: true });
    assert.deepEqual(await readdir(join(scene.folder, "out")), []);
  });
}
