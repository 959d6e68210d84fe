/** Who runs the robot: any name, uid and home, of the base or not. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { spaceName } from "../../src/holotree/mod.ts";
import { baseOf, type LayerEntry, layerOf } from "../support/bases.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { podman } from "../support/engines.ts";
import { robotScene } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const NEEDS = ["apt", "cc", "skopeo", "umoci", "zstd", "podman"] as const;

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
top:x:300:300:top:/:/bin/sh
`;
const GROUP = "root:x:0:\ndaemon:x:1:\nubuntu:x:1000:\nnogroup:x:65534:\ntop:x:300:\n";

/** A base with users of all kinds. */
async function peopledBase(): Promise<string> {
  const entries: readonly LayerEntry[] = [
    { path: "etc/passwd", content: PASSWD },
    { path: "etc/group", content: GROUP },
    { path: "home", type: "5" },
    { path: "home/ubuntu", type: "5", mode: 0o750, owner: [1000, 1000] },
    { path: "usr/sbin", type: "5" },
  ];
  const paths = new Set(entries.map(({ path }) => path));
  const own = (await busyboxEntries()).filter(({ path }) => !paths.has(path));
  return await baseOf({ layers: [layerOf([...own, ...entries])], config: {} });
}

interface Case {
  /** What `--user` says; nothing for the default. */
  readonly user?: string;
  /** What the container says: uid, gid, USER and HOME. */
  readonly is: readonly [uid: number, gid: number, name: string, home: string];
  /** Lines that the image adds to /etc/passwd. */
  readonly adds?: string;
  readonly note?: RegExp;
}

const CASES: readonly Case[] = [
  { is: [1000, 1000, "ubuntu", "/home/robot"] },
  { user: "root", is: [0, 0, "root", "/root"] },
  { user: "ubuntu", is: [1000, 1000, "ubuntu", "/home/ubuntu"] },
  {
    user: "worker",
    is: [1001, 1001, "worker", "/home/worker"],
    adds: "worker:x:1001:1001:worker:/home/worker:/bin/sh\n",
  },
  {
    user: "worker:4242:1",
    is: [4242, 1, "worker", "/home/worker"],
    adds: "worker:x:4242:1:worker:/home/worker:/bin/sh\n",
  },
  { user: "other:0:0", is: [0, 0, "root", "/root"] },
  {
    user: "daemon",
    is: [1, 1, "daemon", "/usr/sbin"],
    note: /HOME is "\/usr\/sbin", where the robot's user cannot write/,
  },
  { user: "nobody", is: [65534, 65534, "nobody", "/nonexistent"] },
  {
    user: "top",
    is: [300, 300, "top", "/"],
    note: /HOME is "\/", where the robot's user cannot write/,
  },
];

for (const { user, is, adds = "", note } of CASES) {
  toolTest({ name: `the robot runs as ${user ?? "who has uid 1000"}`, needs: NEEDS }, async () => {
    await using scene = await robotScene({
      environment: (stage) => ({
        "bin/hello": `#!/bin/sh\necho $(id -u) $(id -g) $USER $HOME ${stage}\n` +
          `echo > "$ROBOT_ARTIFACTS/x" && echo > /home/robot/app/x\n`,
        "bin/odd": { content: "#!/bin/sh\n", mode: 0o4755 },
      }),
    });
    const [layout, archive] = ["layout", "image.tar"].map((name) => join(scene.folder, name));
    const tag = `users/${is.slice(0, 3).join("-")}:1`;
    const { code, stdout, stderr } = await scene.build([
      ...["--base-image", `oci:${await peopledBase()}`, "-t", tag],
      ...["--oci-layout", layout!, "--save", archive!],
      ...(user === undefined ? [] : ["--user", user]),
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(/HOME is/.test(stdout), note !== undefined);
    if (note !== undefined) assert.match(stdout, note);
    const [uid, gid, name, home] = is;
    assert.equal(/"bin\/odd" .* has no setuid/.test(stdout), uid === 0);

    const { tree, config } = await verifyImage(layout!);
    assert.equal(config.config.User, `${uid}:${gid}`);
    assert.deepEqual([tree.get("usr/sbin")?.uid, tree.get("usr/sbin")?.mode], [0, 0o755]);
    assert.deepEqual(
      [tree.get("home/ubuntu")?.uid, tree.get("home/ubuntu")?.mode],
      [1000, 0o750],
    );
    assert.equal(tree.get("home/robot/app/robot.yaml")?.uid, uid);
    assert.equal(tree.get("home/robot/.robocorp/rcc.yaml")?.uid, uid);

    await podman.load(archive!);
    const result = await podman.run(`docker.io/${tag}`, { env: { RCC_STANDIN_DEEP: "1" } });
    assert.equal(result.code, 0, result.stderr);
    const space = `/home/dev/.robocorp/holotree/${spaceName({ home })}`;
    assert.equal(result.stdout, `${uid} ${gid} ${name} ${home} ${space}\n`);
    const passwd = await podman.run(`docker.io/${tag}`, {
      entrypoint: "cat",
      args: ["/etc/passwd"],
    });
    assert.equal(passwd.stdout, PASSWD + adds);
  });
}
