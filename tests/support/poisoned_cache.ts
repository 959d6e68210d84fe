import assert from "node:assert/strict";
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { encodeFact } from "../../src/store/fact_form.ts";
import { busyboxBase } from "./bases.ts";
import { type BuildScene, buildScene } from "./build_scene.ts";
import { serveRegistry } from "./faulty_registry.ts";
import { makePipe } from "./pipe.ts";
import { runProgram } from "./program.ts";
import { putLayout } from "./put_layout.ts";

/** What is done to a file of a cache. */
export interface Damage {
  readonly name: string;
  /** Whether `cache verify` has to find it: what is no file it passes over, and a build replaces. */
  readonly isFound: boolean;
  /** Whether it can be done to facts alone. */
  readonly ofFacts?: true;
  readonly make: (path: string, cache: string) => Promise<unknown>;
}

const flip = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at]! ^ 1);

export const DAMAGES: readonly Damage[] = [
  {
    name: "cut by a byte",
    isFound: true,
    make: async (path) => writeFile(path, (await readFile(path)).subarray(0, -1)),
  },
  { name: "empty", isFound: true, make: (path) => writeFile(path, "") },
  {
    name: "a bit turned in the middle",
    isFound: true,
    make: async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, flip(bytes, Math.floor(bytes.length / 2)));
    },
  },
  {
    name: "a byte more",
    isFound: true,
    make: async (path) => writeFile(path, Buffer.concat([await readFile(path), Buffer.from("\n")])),
  },
  {
    name: "another file of its kind in its place",
    isFound: true,
    make: async (path) => {
      const names = (await readdir(dirname(path))).sort();
      const others = names.filter((name) => name !== basename(path) && name > basename(path));
      const other = others[0] ?? names[0]!;
      if (other === basename(path)) return await writeFile(path, "{}");
      await writeFile(path, await readFile(join(dirname(path), other)));
    },
  },
  {
    name: "a link in a circle",
    isFound: false,
    make: async (path) => {
      await rm(path);
      await symlink(basename(path), path);
    },
  },
  {
    name: "a folder",
    isFound: false,
    make: async (path) => {
      await rm(path);
      await mkdir(join(path, "inside"), { recursive: true });
    },
  },
  {
    name: "a pipe",
    isFound: false,
    make: async (path) => {
      await rm(path);
      await makePipe(path);
    },
  },
  {
    name: "a digit of a digest changed",
    isFound: true,
    ofFacts: true,
    make: async (path) => {
      const text = await readFile(path, "utf8");
      const other = text.replace(
        /(sha256:[0-9a-f]{63})([0-9a-f])/,
        (_, most, last) => most + (last === "0" ? "1" : "0"),
      );
      await writeFile(path, other === text ? text.replace(/[0-9](?=[^0-9]*$)/, "x") : other);
    },
  },
];

/** A cache that a build has filled, and what the build made. */
export interface PoisonScene extends AsyncDisposable {
  /** Below the cache, in their order. */
  readonly files: readonly string[];
  /** Builds with a copy of the cache in which one file is damaged. */
  buildWith(file: string, damage: Damage): Promise<void>;
  /** Verifies such a copy. */
  verifyWith(file: string, damage: Damage): Promise<void>;
  /** Changes what a fact says, and its checksum with it: as somebody does who knows how. */
  verifyForged(file: string, change: (text: string) => string): Promise<void>;
}

const EPOCH = { SOURCE_DATE_EPOCH: "1700000000" };

/** The base comes from a registry, so that the cache has its blobs too. */
export async function poisonScene(): Promise<PoisonScene> {
  await using begun = new AsyncDisposableStack();
  const scene = begun.use(await buildScene({ size: 4096 }));
  const registry = begun.use(await serveRegistry());
  await putLayout(registry, "base:1", await busyboxBase());
  const build = async (cache: string) => {
    const args = [
      ...scene.args,
      "--base-image",
      `${registry.host}/base:1`,
      "--save",
      scene.archive,
    ];
    const { code, stderr } = await runProgram([...args, "-t", "bot:1"], { cache, env: EPOCH });
    assert.equal(code, 0, stderr);
    return await readFile(scene.archive);
  };
  const expected = await build(scene.cache);
  const copy = copier(scene);
  const stack = begun.move();
  return {
    files: await filesOf(scene.cache),
    async buildWith(file, damage) {
      const cache = await copy(file, (path) => damage.make(path, scene.cache));
      assert.equal(Buffer.compare(await build(cache), expected), 0, "the same image");
      assert.equal(Buffer.compare(await build(cache), expected), 0, "and once more");
      await verify(cache, 0);
    },
    async verifyWith(file, damage) {
      const cache = await copy(file, (path) => damage.make(path, scene.cache));
      const said = await verify(cache, damage.isFound ? 7 : 0);
      if (damage.isFound) assert.ok(said.includes(join(cache, file)), said);
      await verify(cache, 0);
    },
    async verifyForged(file, change) {
      const cache = await copy(file, async (path) => {
        const { fact } = JSON.parse(await readFile(path, "utf8"));
        const value = JSON.parse(change(JSON.stringify(fact)));
        assert.notDeepEqual(value, fact);
        const name = { kind: basename(dirname(path)), key: basename(path, ".json") };
        await writeFile(path, encodeFact(name, value));
      });
      const said = await verify(cache, 7);
      assert.ok(said.includes(join(cache, file)), said);
      assert.equal(Buffer.compare(await build(cache), expected), 0);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function verify(cache: string, expected: number): Promise<string> {
  const { code, stdout, stderr } = await runProgram(["cache", "verify"], { cache });
  assert.equal(code, expected, stdout + stderr);
  return stdout;
}

function copier({ cache, folder }: BuildScene) {
  const place = join(folder, "poisoned");
  return async (file: string, make: (path: string) => Promise<unknown>): Promise<string> => {
    await rm(place, { recursive: true, force: true });
    await cp(cache, place, { recursive: true, preserveTimestamps: true });
    const path = join(place, file);
    await chmod(path, 0o644);
    await make(path);
    return place;
  };
}

async function filesOf(cache: string): Promise<readonly string[]> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(cache, join(parentPath, name)))
    .filter((path) => /^(?:blobs|facts)\//.test(path)).sort();
}
