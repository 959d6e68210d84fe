import assert from "node:assert/strict";
import { join } from "node:path";
import { SHARED_HOLOTREE, spaceName } from "../../src/holotree/mod.ts";
import { baseOf, busyboxBase, type LayerEntry, layerOf } from "./bases.ts";
import { busyboxEntries } from "./busybox_base.ts";
import type { Engine } from "./engine.ts";
import { robotScene, type SceneFiles } from "./robot_scene.ts";
import { verifyImage } from "./verify_image.ts";

/** A script that reads a text of the environment by its absolute path, quoted as shells want it. */
const environment = (stage: string): SceneFiles => ({
  "bin/hello": `#!/bin/sh\ncat '${stage}/share/data.txt'\n`,
  "share/data.txt": `data of ${stage}\n`,
});

/** Where an environment was built. */
export interface Place {
  readonly name: string;
  /** `HOME` where the environment was built. */
  readonly home: string;
  readonly mode?: "private" | "shared";
  readonly base?: () => Promise<string>;
  /** Where the environments really are, when a folder on the way is a symlink. */
  readonly real?: string;
}

/** busybox with other entries in place of its own. */
async function busyboxWith(...entries: readonly LayerEntry[]): Promise<string> {
  const paths = new Set(entries.map(({ path }) => path));
  const own = (await busyboxEntries()).filter(({ path }) => !paths.has(path));
  return await baseOf({ layers: [layerOf([...own, ...entries])], config: {} });
}

const DEEP = `/${Array.from({ length: 30 }, (_, i) => `folder-${i}`).join("/")}`;

/** Any folder that a host may have, and bases that have symlinks or other modes on the way. */
export const PLACES: readonly Place[] = [
  { name: "another user's home", home: "/home/x" },
  { name: "the home of the image's own user", home: "/home/robot" },
  { name: "root's home, which nobody else may enter", home: "/root" },
  { name: "a home at the top", home: "/data" },
  { name: "a folder of /opt", home: "/opt/ci/agent" },
  { name: "a folder of /tmp, where all may write", home: "/tmp/build" },
  { name: "a folder with a space", home: "/home/build agent/my home" },
  { name: "a folder with other letters", home: "/home/jürgen/größe/家" },
  { name: "a deep folder", home: DEEP },
  { name: "a folder whose name is too long for a tar's header", home: `/srv/${"n".repeat(200)}` },
  { name: "the shared place", home: "/home/dev3", mode: "shared" },
  {
    name: "a home behind a symlink of the base",
    home: "/home/x",
    base: () =>
      busyboxWith(
        { path: "home", type: "2", target: "var/home" },
        { path: "var/home", type: "5", mode: 0o711, owner: [3, 3] },
      ),
    real: "/var/home/x/.robocorp/holotree",
  },
  {
    name: "a shared place behind two symlinks of the base",
    home: "/home/dev3",
    mode: "shared",
    base: () =>
      busyboxWith(
        { path: "opt", type: "2", target: "/usr/opt" },
        { path: "usr/opt", type: "5" },
        { path: "usr/opt/robocorp", type: "2", target: "../../var/robocorp" },
        { path: "var/robocorp", type: "5" },
      ),
    real: "/var/robocorp/ht",
  },
  {
    name: "a home that the base keeps to its owner",
    home: "/home/x",
    base: () =>
      busyboxWith({ path: "home", type: "5" }, {
        path: "home/x",
        type: "5",
        mode: 0o700,
        owner: [7, 7],
      }),
  },
];

/** Options of {@linkcode runPlace}. */
export interface RunPlaceOptions {
  /** Run by another uid then. */
  readonly sealed: boolean;
  readonly engine: Engine;
}

/** Builds an image with an environment in this place, looks for it there, and runs it. */
export async function runPlace(
  { name, home, mode = "private", base = busyboxBase, real }: Place,
  { sealed, engine }: RunPlaceOptions,
): Promise<void> {
  await using scene = await robotScene({ home, mode, environment });
  const [layout, archive] = ["layout", "image.tar"].map((it) => join(scene.folder, it));
  const tag = `places/p${PLACES.findIndex((place) => place.name === name)}:1`;
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await base()}`, "-t", tag, ...(sealed ? ["--sealed"] : [])],
    ...["--oci-layout", layout!, "--save", archive!],
  ]);
  assert.equal(code, 0, stderr);
  const space = spaceName({ home: "/home/robot" });
  const holotree = mode === "shared" ? SHARED_HOLOTREE : `${home}/.robocorp/holotree`;
  const { tree } = await verifyImage(layout!);
  assert.equal(tree.get(`${(real ?? holotree).slice(1)}/${space}/bin/hello`)?.type, "file");

  await engine.load(archive!);
  const result = await engine.run(`docker.io/${tag}`, {
    env: { RCC_STANDIN_DEEP: "1" },
    ...(sealed ? { user: "4711:4711" } : {}),
  });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, `data of ${holotree}/${space}\n`);
}
