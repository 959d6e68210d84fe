/** A uid that has no name, and no HOME: as a container gives it that runs as anybody. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

toolTest(
  { name: "a build needs no HOME where its cache has a place", needs: ["unshare"] },
  async () => {
    await using folder = await temporaryFolder();
    const { denoDir } = JSON.parse(
      (await run(Deno.execPath(), ["info", "--json"], {
        env: { HOME: Deno.env.get("HOME") ?? "", DENO_DIR: Deno.env.get("DENO_DIR") ?? "" },
      })).stdout,
    );
    const program = async (args: readonly string[], env: readonly string[]) => {
      const variables = ["-u", "HOME", "-u", "XDG_CACHE_HOME", "-u", "RCC_OCI_CACHE"];
      return await run("env", [
        ...[...variables, `DENO_DIR=${denoDir}`, "NO_COLOR=1", ...env],
        ...["unshare", "--map-user=54321", "--map-group=54321"],
        ...[Deno.execPath(), "run", "--quiet", "-A", MAIN, ...args],
      ], { allowFailure: true, cwd: folder.path });
    };
    const elf = standInElf("This stands in for a program.\n");
    await mkdir(join(folder.path, "robot"));
    await writeFile(join(folder.path, "robot", "go"), elf);
    await writeFile(
      join(folder.path, "robot", "robot.yaml"),
      "tasks:\n  A:\n    shell: go\nartifactsDir: o\nPATH: [.]\n",
    );
    await writeFile(join(folder.path, "rcc"), elf);
    const build = ["build", "-r", "robot", "--rcc-exec", "rcc", "--base-image", "scratch"];
    for (const args of [build, ["doctor", "--offline"], ["cache", "info"], ["inspect", "x"]]) {
      const { code, stderr } = await program(args, []);
      assert.equal(code, 7, stderr);
      assert.match(stderr, /^Error: failed to find a folder for the cache: .* set RCC_OCI_CACHE/m);
      assert.doesNotMatch(stderr, /unexpected/);
    }
    // Nor root's rights: what the cache makes read-only cannot be written by its owner.
    const own = [...build, "--oci-layout", join(folder.path, "layout")];
    const blobs = join(folder.path, "cache", "blobs", "sha256");
    const killed = async () => {
      // What was read-only already, and had no name yet.
      await writeFile(join(blobs, ".blob.0.rcc-oci.tmp"), "half", { mode: 0o444 });
    };
    for (const before of [() => Promise.resolve(), killed]) {
      await before();
      const built = await program(own, [`RCC_OCI_CACHE=${join(folder.path, "cache")}`]);
      assert.equal(built.code, 0, built.stderr);
      assert.doesNotMatch(built.stderr, /unexpected|HOME/);
    }
    assert.deepEqual((await readdir(blobs)).filter((name) => name.startsWith(".")), []);
  },
);
