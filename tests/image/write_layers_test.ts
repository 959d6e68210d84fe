import assert from "node:assert/strict";
import { join } from "node:path";
import {
  forgetLayer,
  missingLayers,
  writeLayers,
  type WriteLayersOptions,
} from "../../src/image/mod.ts";
import { digestOf, MEDIA_TYPES } from "../../src/oci/mod.ts";
import {
  type EnvironmentLayer,
  NODE_KINDS,
  NoWorkerError,
  Packer,
  WorkerError,
} from "../../src/packing/mod.ts";
import type { LayerPlan, PublishedLayer } from "../../src/plan/mod.ts";
import { BlobCache, MemoryStore } from "../../src/store/mod.ts";
import type { TarDirectory } from "../../src/tar/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const OWNER = { uid: 1000, gid: 1000 };
const [RUNTIME_KEY, ENVIRONMENT_KEY] = ["a", "b"].map((digit) => digit.repeat(64)) as [
  string,
  string,
];

function folder(path: string): TarDirectory {
  return { type: "directory", path, owner: OWNER, mode: 0o755, mtime: 0 };
}

/** An environment of one folder. */
const ENVIRONMENT: EnvironmentLayer = {
  above: [],
  owner: OWNER,
  folderMode: 0o750,
  root: "space",
  library: { path: "hololib", folderMode: 0o750 },
  nodes: {
    paths: ["space"],
    kinds: Uint8Array.from([NODE_KINDS.folder]),
    modes: new Uint16Array(1),
    contents: new Int32Array(1),
    targets: new Map(),
  },
  contents: {
    check: { algorithm: "sha256" },
    decode: true,
    digests: [],
    sizes: new Float64Array(),
    rewrites: new Map(),
    files: [],
    offsets: new Float64Array(),
    storedSizes: new Float64Array(),
    unpackedSizes: new Float64Array(),
    isDeflated: new Uint8Array(),
  },
  names: { replaced: new TextEncoder().encode("stage"), bytes: new TextEncoder().encode("space") },
  others: [],
};

/** Plans of rcc, the environment and the robot, which count how often each is opened. */
function plansOf() {
  const opened = { runtime: 0, environment: 0, robot: 0 };
  const facts = { createdBy: "test", packages: [], size: 512 };
  const plans: readonly LayerPlan[] = [
    {
      ...{ ...facts, name: "runtime", kind: "runtime", key: RUNTIME_KEY },
      open: () => (opened.runtime++, [folder("opt")]),
    },
    {
      ...{ ...facts, name: "environment", kind: "packages", key: ENVIRONMENT_KEY, nodes: [1] },
      open: () => (opened.environment++, Promise.resolve(ENVIRONMENT)),
      most: () => Promise.resolve(10_000),
      contents: () => new Set<number>(),
    },
    {
      ...{ ...facts, name: "robot", kind: "robot" },
      open: () => (opened.robot++, [folder("robot")]),
    },
  ];
  return { plans, opened };
}

async function scene() {
  const { path, [Symbol.asyncDispose]: dispose } = await temporaryFolder();
  const cache = new BlobCache(join(path, "cache"));
  const packer = new Packer({ packing: { codec: "gzip" }, jobs: 1 });
  return {
    cache,
    packer,
    write: (plans: readonly LayerPlan[], options: Partial<WriteLayersOptions> = {}) =>
      writeLayers(plans, { cache, packer, ...options }),
    async [Symbol.asyncDispose]() {
      packer[Symbol.dispose]();
      await dispose();
    },
  };
}

/** A packer whose workers fail. */
function failing(packer: Packer, error: Error): Packer {
  return Object.assign(Object.create(packer) as Packer, {
    packing: packer.packing,
    jobs: packer.jobs,
    start: () => {},
    pack: () => Promise.reject(error),
  });
}

Deno.test("writeLayers() takes from the cache what has a key, and opens nothing of it", async () => {
  await using at = await scene();
  const { plans, opened } = plansOf();
  const first = await at.write(plans);
  const second = await at.write(plans);
  assert.deepEqual(first.map(({ fromCache }) => fromCache), [false, false, false]);
  assert.deepEqual(second.map(({ fromCache }) => fromCache), [true, true, false]);
  assert.deepEqual(second.map(({ diffId }) => diffId), first.map(({ diffId }) => diffId));
  assert.deepEqual(opened, { runtime: 1, environment: 1, robot: 2 });
});

Deno.test("forgetLayer() has one layer written again, to the same bytes", async () => {
  await using at = await scene();
  const { plans, opened } = plansOf();
  const kept = plans.slice(0, 2);
  const before = await at.write(kept);
  assert.deepEqual(await missingLayers(kept, at.cache), []);
  await forgetLayer(plans[1]!, at.cache);
  assert.deepEqual(await missingLayers(kept, at.cache), [plans[1]]);
  const after = await at.write(kept);
  assert.deepEqual(after.map(({ fromCache }) => fromCache), [true, false]);
  assert.deepEqual(after.map(({ descriptor }) => descriptor), before.map((one) => one.descriptor));
  assert.deepEqual(opened, { runtime: 1, environment: 2, robot: 0 });
});

Deno.test("writeLayers() packs itself where the system has no thread, to the same bytes", async () => {
  await using at = await scene();
  await using other = await scene();
  const packer = failing(at.packer, new NoWorkerError("no thread"));
  const [alone] = await at.write(plansOf().plans.slice(1, 2), { packer });
  const [byWorker] = await other.write(plansOf().plans.slice(1, 2));
  assert.deepEqual(alone!.descriptor, byWorker!.descriptor);
  assert.equal(alone!.diffId, byWorker!.diffId);
});

Deno.test("writeLayers() keeps nothing of a layer whose worker ended, and says what helps", async () => {
  await using at = await scene();
  const { plans } = plansOf();
  const packer = failing(at.packer, new WorkerError("it ended"));
  await assert.rejects(at.write(plans, { packer }), {
    id: "rcc/worker",
    message: /^failed to pack "environment": it ended, .*--jobs 1$/,
  });
  assert.deepEqual(await missingLayers(plans.slice(1, 2), at.cache), [plans[1]]);
});

Deno.test("writeLayers() takes a published layer only when its programs are known", async () => {
  await using at = await scene();
  const { plans, opened } = plansOf();
  const blobs = new MemoryStore();
  const bytes = new TextEncoder().encode("packed elsewhere");
  const descriptor = blobs.add(bytes, MEDIA_TYPES.layerGzip);
  const published = new Map<string, PublishedLayer>([[ENVIRONMENT_KEY, {
    image: "acme/bot:1",
    descriptor,
    diffId: digestOf(bytes),
    createdBy: "test",
    record: { key: ENVIRONMENT_KEY, kind: "packages", packages: [] },
    blobs,
  }]]);
  const environment = plans.slice(1, 2);
  const [taken] = await at.write(environment, {
    published,
    programsIn: () => Promise.resolve([]),
  });
  assert.equal(taken!.descriptor.digest, descriptor.digest);
  assert.equal(opened.environment, 0);
  const [packed] = await at.write(environment, {
    published,
    programsIn: () => Promise.resolve(undefined),
  });
  assert.notEqual(packed!.descriptor.digest, descriptor.digest);
  assert.equal(opened.environment, 1);
});
