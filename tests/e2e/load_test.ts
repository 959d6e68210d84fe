/** Images go straight into an engine of this machine. */
import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { builtRobot } from "../support/built_robot.ts";
import { docker, dockerClient } from "../support/docker.ts";
import { podman, podmanClient } from "../support/podman.ts";
import { run, toolTest } from "../support/tools.ts";

toolTest(
  {
    name: "--load podman puts the image into podman's storage",
    needs: [...podman.needs, "apt", "cc"],
  },
  async () => {
    await using robot = await builtRobot();
    const storage = join(robot.folder, "storage.conf");
    await writeFile(
      storage,
      `[storage]\ndriver = "vfs"\ngraphroot = "${robot.folder}/graph"\nrunroot = "${robot.folder}/run"\n`,
    );
    const env = { CONTAINERS_STORAGE_CONF: storage };
    const args = ["--base-image", `oci:${await busyboxBase()}`, "-t", "acme/bot:1"];
    const { code, stdout, stderr } = await robot.build([...args, "--load", "podman"], { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Loaded {2}into podman$/m);
    const listed = await run("podman", ["images", "--format", "{{.Repository}}:{{.Tag}}"], { env });
    assert.equal(listed.stdout, "docker.io/acme/bot:1\n");
  },
);

for (const [engine, client] of [[docker, dockerClient], [podman, podmanClient]] as const) {
  toolTest(
    {
      name: `--load ${engine.name} of a changed robot sends its own layer, and the image is whole`,
      needs: [...engine.needs, "apt", "cc"],
    },
    async () => {
      await using robot = await builtRobot();
      const bin = join(robot.folder, "bin");
      await mkdir(bin);
      const real = await client();
      const sent = join(robot.folder, "sent");
      // Keeps what it is sent, and hands it on.
      await writeFile(
        join(bin, engine.name),
        `#!/bin/sh\nPATH="\${PATH#*:}"\n[ "$1" != load ] || { tee "${sent}" | ${real} load; exit; }\nexec ${real} "$@"\n`,
      );
      await chmod(join(bin, engine.name), 0o755);
      const env = { PATH: `${bin}:${Deno.env.get("PATH")}` };
      const name = `acme/changed-${engine.name}:1`;
      const args = [
        "--base-image",
        `oci:${await busyboxBase()}`,
        "-t",
        name,
        "--load",
        engine.name,
      ];
      const build = async () => {
        const { code, stderr } = await robot.build(args, { env });
        assert.equal(code, 0, stderr);
        const { stdout } = await run("tar", ["-tf", sent]);
        return stdout.split("\n").filter((path) => /sha256\/./.test(path)).length;
      };
      // Another test may have loaded the same robot.
      await writeFile(join(robot.robot, "own.txt"), crypto.randomUUID());
      const whole = await build();
      await writeFile(join(robot.robot, "changed.txt"), crypto.randomUUID());
      assert.equal(await build(), 3, "a layer, the config and the manifest");
      assert.ok(whole >= 3);
      const { code, stdout, stderr } = await engine.run(`docker.io/${name}`);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /hello/i);
    },
  );
}

for (const engine of ["docker", "podman"]) {
  toolTest(
    {
      name: `--load ${engine} without ${engine} says so before anything is done`,
      needs: ["apt", "cc"],
    },
    async () => {
      await using robot = await builtRobot();
      const args = ["--base-image", `oci:${await busyboxBase()}`, "--load", engine];
      const { code, stderr } = await robot.build(args, { env: { PATH: robot.folder } });
      assert.equal(code, 4);
      assert.match(
        stderr,
        new RegExp(
          `^Error: failed to find ${engine}: it is not on PATH, install it or write --save$`,
          "m",
        ),
      );
    },
  );
}

toolTest(
  { name: "--load says what an engine says that does not work", needs: ["apt", "cc"] },
  async () => {
    await using robot = await builtRobot();
    const programs = join(robot.folder, "bin");
    const script = join(programs, "docker");
    const args = ["--base-image", `oci:${await busyboxBase()}`, "--load", "docker"];
    const env = { PATH: `${programs}:/usr/bin:/bin` };
    await mkdir(programs);
    await writeFile(script, "#!/bin/sh\necho 'cannot connect to the daemon' >&2\nexit 1\n");
    await chmod(script, 0o755);
    const unwell = await robot.build(args, { env });
    assert.equal(unwell.code, 4);
    assert.match(
      unwell.stderr,
      /^Error: failed to use docker: cannot connect to the daemon; start it/m,
    );
    // Refuses the image without reading it.
    await writeFile(
      script,
      "#!/bin/sh\n[ $1 = version ] && exit\necho 'no space left' >&2\nexit 1\n",
    );
    const refused = await robot.build(args, { env });
    assert.equal(refused.code, 4);
    assert.match(
      refused.stderr,
      /^Error: failed to load into docker: no space left; fix that, or write --save instead$/m,
    );
  },
);
