/** What was once said to be unexpected: each is one line with its cure now, or does no harm. */
import assert from "node:assert/strict";
import { chmod, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseOf, busyboxBase, layerOf } from "../support/bases.ts";
import { type BuildScene, buildScene } from "../support/build_scene.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { HAS_PIPES } from "../support/pipe.ts";
import { run, toolTest } from "../support/tools.ts";
import { COMMON_CONFIG } from "../support/write_layout.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const NO_CACHE = "name another cache folder with RCC_OCI_CACHE";

interface Case {
  readonly name: string;
  readonly code: number;
  /** The last line of standard error. */
  readonly message?: RegExp;
  readonly setUp: (scene: BuildScene) => Promise<Setting | void>;
}

interface Setting {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array<ArrayBuffer>;
}

const save = ({ archive }: BuildScene) => ["--save", archive];

const CASES: readonly Case[] = [
  {
    name: "a cache that is somebody else's",
    code: 7,
    message: new RegExp(
      `^Error: failed to use cache ".*": it is not readable for you, ${NO_CACHE}$`,
    ),
    setUp: ({ cache }) => mkdir(cache, { mode: 0o000 }).then(() => {}),
  },
  {
    name: "a cache whose folder is a link in a circle",
    code: 7,
    message: new RegExp(`^Error: failed to use cache ".*": the system says ELOOP, ${NO_CACHE}$`),
    setUp: ({ cache }) => symlink(cache, cache),
  },
  {
    name: "an output in a folder that may be written and not be read",
    code: 0,
    setUp: ({ archive }) => chmod(join(archive, ".."), 0o333),
  },
  {
    name: "a base whose /home is a link to itself",
    code: 6,
    message:
      /^Error: failed to place "\/home\/robot": symlinks of the base lead in a circle there, use/,
    setUp: async () => {
      const links = [{ path: "home", type: "2" as const, target: "/home" }];
      const layers = [layerOf(await busyboxEntries()), layerOf(links)];
      const base = await baseOf({ layers, config: COMMON_CONFIG });
      return { args: ["--base-image", `oci:${base}`] };
    },
  },
  {
    name: "a base in a layout whose index is a folder",
    code: 6,
    message:
      /^Error: failed to read base image "oci:.*": expected a file, found a folder in place of "index.json"$/,
    setUp: async ({ folder }) => {
      const layout = join(folder, "base");
      await run("cp", ["-R", await busyboxBase(), layout]);
      await rm(join(layout, "index.json"));
      await mkdir(join(layout, "index.json"));
      return { args: ["--base-image", `oci:${layout}`] };
    },
  },
  {
    name: "a base in a layout whose index is endless",
    code: 6,
    message:
      /^Error: failed to read base image "oci:.*": expected at most 16777216 bytes in .*, found /,
    setUp: async ({ folder }) => {
      const layout = join(folder, "base");
      await run("cp", ["-R", await busyboxBase(), layout]);
      await rm(join(layout, "index.json"));
      await symlink("/dev/zero", join(layout, "index.json"));
      return { args: ["--base-image", `oci:${layout}`] };
    },
  },
  {
    name: "a password that does not end",
    code: 2,
    message: /^Error: failed to read --password-stdin: there are more than 1048576 bytes, pipe the/,
    setUp: () =>
      Promise.resolve({
        args: ["--push", "-t", "registry.test/a:1", "--username", "a", "--password-stdin"],
        stdin: new Uint8Array(2_000_000),
      }),
  },
];

for (const { name, code, message, setUp } of CASES) {
  if (!HAS_PIPES) break;
  toolTest({ name: `build with ${name} ends with ${code}`, needs: ["apt"] }, async () => {
    await using scene = await buildScene();
    const { args = [], stdin } = await setUp(scene) ?? {};
    const { code: found, stderr } = await run(
      ...asOrdinaryUser([...scene.args, ...save(scene), ...args]),
      {
        allowFailure: true,
        env: { RCC_OCI_CACHE: scene.cache, NO_COLOR: "1" },
        ...(stdin === undefined ? {} : { stdin }),
      },
    );
    for (const path of [scene.cache, join(scene.archive, "..")]) {
      await chmod(path, 0o755).catch(() => {});
    }
    assert.equal(found, code, stderr);
    assert.doesNotMatch(stderr, /unexpected/);
    if (message !== undefined) assert.match(stderr.trim().split("\n").at(-1)!, message);
    assert.equal((await readdir(join(scene.archive, ".."))).length, code === 0 ? 1 : 0);
  });
}

/** Root may do everything: without that right it is as others. */
function asOrdinaryUser(args: readonly string[]): readonly [string, readonly string[]] {
  const words = ["run", "--quiet", "-A", MAIN, ...args];
  if (Deno.uid() !== 0) return [Deno.execPath(), words];
  const rights = "-dac_override,-dac_read_search";
  const drop = [`--bounding-set=${rights}`, `--inh-caps=${rights}`, Deno.execPath()];
  return ["setpriv", [...drop, ...words]];
}
