import assert from "node:assert/strict";
import fc from "fast-check";
import { FOLDER, nodePath } from "../../src/holotree/mod.ts";
import { cutEnvironment, type EnvironmentCut, findOwners } from "../../src/layers/mod.ts";
import type { PackageFiles } from "../../src/layers/owners.ts";
import { catalogOf } from "./catalog_of_files.ts";

const SITE = "lib/python3.11/site-packages";
const MB = 1_000_000;

/** An environment of packages with files of these sizes, besides what every environment has. */
type Packages = Readonly<Record<string, readonly number[]>>;

interface Cut extends Omit<EnvironmentCut, "nodes"> {
  readonly paths: readonly string[];
}

async function cut(packages: Packages, maxLayers = 60): Promise<readonly Cut[]> {
  const files: Record<string, number> = {
    "bin/python3": 20,
    "identity.yaml": 10,
    [`${SITE}/stray.py`]: 1,
  };
  const installed: PackageFiles[] = [];
  for (const [name, sizes] of Object.entries(packages)) {
    const own = sizes.map((size, i) => [`${SITE}/${name}/file_${i}.py`, size] as const);
    const info = `${SITE}/${name}-1.0.dist-info`;
    const listed = [...own, [`${info}/METADATA`, 5] as const, [`${info}/RECORD`, 7] as const];
    for (const [path, size] of listed) files[path] = size;
    installed.push({ name, manager: "pip", files: listed.map(([path]) => path) });
  }
  const catalog = await catalogOf(files);
  const cuts = cutEnvironment(catalog, findOwners(catalog, installed), { maxLayers });
  const all = cuts.flatMap(({ nodes }) => nodes);
  const expected: number[] = [];
  for (let node = 1; node < catalog.tree.names.count; node++) {
    if (catalog.tree.contents[node] !== FOLDER) expected.push(node);
  }
  assert.deepEqual(all.toSorted((a, b) => a - b), expected, "every file is in exactly one layer");
  for (const { nodes, size } of cuts) {
    assert.deepEqual(nodes, nodes.toSorted((a, b) => a - b));
    const sum = nodes.reduce(
      (sum, node) => sum + catalog.contents.sizeOf(catalog.tree.contents[node]!),
      0,
    );
    assert.equal(size, sum);
  }
  return cuts.map(({ nodes, ...rest }) => ({
    ...rest,
    paths: nodes.map((node) => nodePath(catalog.tree, node)),
  }));
}

/** The layer that a package's first file is in. */
function layerOf(cuts: readonly Cut[], name: string): Cut {
  return cuts.find(({ paths }) => paths.includes(`${SITE}/${name}/file_0.py`))!;
}

Deno.test("a large package has a layer of its own, small ones share buckets", async () => {
  const cuts = await cut({ numpy: [11 * MB, MB], pandas: [13 * MB], six: [1000], idna: [2000] });
  const kinds = cuts.map(({ kind, packages }) => [kind, ...packages].join(" "));
  assert.equal(kinds[0], "interpreter");
  assert.deepEqual(kinds.slice(1, 3), ["package numpy", "package pandas"]);
  assert.deepEqual(kinds.slice(-2), ["rest", "records"]);
  assert.ok(kinds.slice(3, -2).every((kind) => kind.startsWith("packages ")));
  assert.deepEqual(cuts.at(-1)!.paths.filter((path) => path.endsWith("RECORD")).length, 4);
});

Deno.test("a package above 128 MB is cut into parts by its paths", async () => {
  const sizes = Array.from({ length: 40 }, () => 10 * MB);
  const parts = (await cut({ torch: sizes })).filter(({ kind }) => kind === "package");
  assert.deepEqual(
    parts.map(({ part }) => part),
    [1, 2, 3, 4].map((number) => ({ number, of: 4 })),
  );
  const grown = (await cut({ torch: [...sizes, 2 * MB] })).filter(({ kind }) => kind === "package");
  const changed = grown.filter(({ paths }, i) => paths.join() !== parts[i]!.paths.join());
  assert.equal(changed.length, 1, "one more file is in one part");
});

const PACKAGES = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
  fc.array(fc.oneof(fc.nat(5000), fc.nat(30 * MB), fc.nat(200 * MB)), {
    minLength: 1,
    maxLength: 4,
  }),
  { maxKeys: 30 },
);

Deno.test("there are never more layers than allowed, whatever the packages", async () => {
  await fc.assert(
    fc.asyncProperty(PACKAGES, fc.integer({ min: 1, max: 40 }), async (packages, most) => {
      const cuts = await cut(packages, most);
      assert.ok(cuts.length <= most, `${cuts.length} layers, ${most} allowed`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a raised package changes its own layers and no others", async () => {
  await fc.assert(
    fc.asyncProperty(PACKAGES, fc.nat(), fc.nat(5000), async (packages, at, size) => {
      const names = Object.keys(packages);
      fc.pre(names.length > 0);
      const name = names[at % names.length]!;
      const before = await cut(packages);
      const after = await cut({ ...packages, [name]: [...packages[name]!, size] });
      const isOwn = (layer: Cut) => layer.packages.includes(name);
      const text = (layers: readonly Cut[]) =>
        layers.filter((layer) => !isOwn(layer) && layer.kind !== "records")
          .map(({ paths }) => paths.join());
      // Unless it crosses a threshold, and a bucket loses it.
      fc.pre(layerOf(before, name).kind === layerOf(after, name).kind);
      assert.deepEqual(text(after), text(before));
    }),
    { numRuns: 60 },
  );
});

Deno.test("past the limit the smallest packages of their own join the buckets", async () => {
  const packages = { a: [20 * MB], b: [30 * MB], c: [40 * MB], d: [13 * MB] };
  const own = async (most: number) =>
    (await cut(packages, most)).filter(({ kind }) => kind === "package")
      .flatMap(({ packages }) => packages);
  assert.deepEqual(await own(60), ["a", "b", "c", "d"]);
  assert.deepEqual(await own(3 + 16 + 2), ["b", "c"]);
  assert.deepEqual(await own(10), []);
  assert.deepEqual((await cut(packages, 1)).map(({ kind }) => kind), ["environment"]);
  assert.deepEqual((await cut(packages, 2)).map(({ kind }) => kind), ["environment", "records"]);
});
