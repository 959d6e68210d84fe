/** A build that the system refuses something ends in one line with the cure, and leaves nothing. */
import assert from "node:assert/strict";
import { randomFillSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildScene } from "../support/build_scene.ts";
import { starve } from "../support/starve.ts";
import { type Tool, toolTest } from "../support/tools.ts";

interface Starving {
  readonly name: string;
  /** Shell commands, run as root in a name space of mounts of its own, in the scene's folder. */
  readonly setUp: string;
  readonly args: readonly string[];
  readonly cache?: string;
  /** Whether the estimate is far too low, so that it is found out while writing. */
  readonly isMisjudged?: boolean;
  readonly code: number;
  readonly error: RegExp;
  /** What is below the folder `small` in the end. */
  readonly left?: readonly string[];
}

const FULL = (size: string) => `mkdir small; mount -t tmpfs -o size=${size} tmpfs small`;
const TO_LAYOUT = ["--oci-layout", "small/layout"];
const TO_ARCHIVE = ["--save", "small/image.tar"];
const NO_ROOM =
  /^Error: failed to find room for the image: about 4\.[0-9] MB are needed for the image at ".*\/small\/.*", [0-9.]+ [kM]B are free, free some, or write elsewhere with --save, --oci-layout and RCC_OCI_CACHE$/;
const NO_SPACE = /^Error: failed to write in ".*\/small.*": no space is left, free some or name /;

const CASES: readonly Starving[] = [
  ...["64k", "2m"].flatMap((size): Starving[] => [
    {
      name: `a disk of ${size} for the archive`,
      setUp: FULL(size),
      args: TO_ARCHIVE,
      code: 7,
      error: NO_ROOM,
    },
    {
      name: `a disk of ${size} for the layout`,
      setUp: FULL(size),
      args: TO_LAYOUT,
      code: 7,
      error: NO_ROOM,
    },
  ]),
  ...[TO_ARCHIVE, TO_LAYOUT].map((args): Starving => ({
    name: `a disk that is too small for ${args[0]}, which nobody could know,`,
    setUp: FULL("2m"),
    args,
    isMisjudged: true,
    code: 7,
    error: NO_SPACE,
  })),
  {
    name: "a disk that is too small for the cache",
    setUp: FULL("512k"),
    args: ["--save", "image.tar"],
    cache: "small/cache",
    code: 7,
    error:
      /failed to find room for the image: about 3\.[0-9] MB are needed for layers in the cache/,
  },
  {
    name: "a disk that is too small for the cache, which nobody could know,",
    setUp: FULL("512k"),
    args: ["--save", "image.tar"],
    cache: "small/cache",
    isMisjudged: true,
    code: 7,
    error:
      /^Error: failed to write in ".*": no space is left, free some or name another cache .*RCC/,
  },
  {
    name: "a file system without room for one more file",
    setUp: `mkdir small; mount -t tmpfs -o nr_inodes=4 tmpfs small`,
    args: TO_LAYOUT,
    code: 7,
    error: /^Error: failed to write in ".*\/small.*": no more files fit .*no inodes/,
  },
  {
    name: "a read-only folder for the archive",
    setUp: "mkdir small; mount --bind -o ro small small",
    args: TO_ARCHIVE,
    code: 7,
    error:
      /^Error: failed to write image archive ".*": the folder ".*\/small" is on a read-only file system, name another place$/,
  },
  {
    name: "a read-only folder for the layout",
    setUp: "mkdir -p small/layout; mount --bind -o ro small small",
    args: TO_LAYOUT,
    code: 7,
    error: /^Error: failed to write .*": .*read-only/,
    left: ["layout"],
  },
  {
    name: "a read-only cache",
    setUp: "mkdir small; mount --bind -o ro small small",
    args: ["--save", "image.tar"],
    cache: "small/cache",
    code: 7,
    error:
      /^Error: failed to write in ".*": its file system is read-only, name another cache folder/,
  },
  {
    name: "48 open files, which are too few",
    setUp: "ulimit -n 48; mkdir small",
    args: [...TO_ARCHIVE, "--jobs", "2"],
    code: 4,
    error:
      /^Error: failed to begin: the system allows 48 open files, 56 are needed; raise it with /,
  },
];

const SIZE = 3 * 1024 * 1024;

/** Nothing where samples are taken, and noise between. */
function misleadingBytes(): Uint8Array {
  const bytes = randomFillSync(new Uint8Array(SIZE));
  for (let at = 0; at < SIZE; at += SIZE / 32) bytes.fill(0, Math.max(at - 4096, 0), at + 40_960);
  return bytes;
}

for (
  const { name, setUp, args, cache = "cache", isMisjudged = false, code, error, left = [] } of CASES
) {
  toolTest(
    { name: `build with ${name} ends with ${code}`, needs: ["apt", "unshare"] satisfies Tool[] },
    async () => {
      await using scene = await buildScene({ size: SIZE });
      if (isMisjudged) await writeFile(join(scene.folder, "robot", "random"), misleadingBytes());
      const end = await starve(scene, { setUp, args, cache });
      assert.equal(end.code, code, end.errors.join("\n"));
      assert.equal(end.errors.length, 1, end.errors.join("\n"));
      assert.match(end.errors[0]!, error);
      assert.deepEqual(end.left.filter((path) => !/^(layers|cache)(\/|$)/.test(path)), left);
      assert.doesNotMatch(end.left.join("\n"), /\.tmp/);
      assert.equal(await Deno.stat(join(scene.folder, "image.tar")).catch(() => null), null);
    },
  );
}
