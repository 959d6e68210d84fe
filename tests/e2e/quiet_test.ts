/** What scripts read: with `-q` the references with digest alone, wherever the image goes. */
import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { serveRegistry } from "../support/faulty_registry.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

toolTest({
  name: "with -q stdout is the references with digest, whatever the output",
  needs: [],
  on: ["no Windows"],
}, async () => {
  await using folder = await temporaryFolder();
  await using registry = await serveRegistry();
  const place = (...parts: readonly string[]) => join(folder.path, ...parts);
  const elf = standInElf("This stands in for a program.\n");
  await mkdir(place("robot"));
  await mkdir(place("bin"));
  await writeFile(
    place("robot", "robot.yaml"),
    "tasks:\n  A:\n    shell: go\nartifactsDir: o\nPATH: [.]\n",
  );
  await writeFile(place("robot", "go"), elf);
  await writeFile(place("rcc"), elf);
  for (const engine of ["docker", "podman"]) {
    // Engines say on stdout what they have loaded.
    await writeFile(place("bin", engine), '#!/bin/sh\necho "Loaded image"; cat > /dev/null\n');
    await chmod(place("bin", engine), 0o755);
  }
  const names = [`${registry.host}/acme/bot:1`, `${registry.host}/acme/bot:latest`];
  for (
    const outputs of [
      ["--save", "image.tar"],
      ["--oci-layout", "layout"],
      ["--load", "docker"],
      ["--load", "podman"],
      ["--push"],
      ["--save", "image.tar", "--load", "docker", "--push"],
    ]
  ) {
    const { code, stdout, stderr } = await runProgram([
      ...["build", "-q", "-r", "robot", "--rcc-exec", "rcc", "--base-image", "scratch"],
      ...names.flatMap((name) => ["-t", name]),
      ...["--digest-file", "digest", "--insecure-registry", registry.host, ...outputs],
    ], {
      cache: place("cache"),
      cwd: folder.path,
      env: { PATH: `${place("bin")}:${Deno.env.get("PATH")}` },
    });
    assert.deepEqual([code, stderr], [0, ""], stdout);
    const digest = await readFile(place("digest"), "utf8");
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    assert.equal(stdout, names.map((name) => `${name}@${digest}\n`).join(""));
  }
});
