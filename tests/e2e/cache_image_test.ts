/** Layers come from images that were published: where there is no library, and no rcc. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { baseOf, busyboxBase, layerOf } from "../support/bases.ts";
import { type BuiltRobot, builtRobot } from "../support/built_robot.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { blobPath, type ChangeImage, changeImage } from "../support/change_image.ts";
import { startDockerRegistry } from "../support/docker_registry.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { toolTest } from "../support/tools.ts";
import { COMMON_CONFIG } from "../support/write_layout.ts";

const NEEDS = ["apt", "cc"] as const;
const TIME = { SOURCE_DATE_EPOCH: "1700000000" };

const baseArgs = async () => ["--base-image", `oci:${await busyboxBase()}`, "-t", "bot:1"];

/** A robot that was built with all that it needs, into the layout `full`. */
async function published(): Promise<BuiltRobot> {
  const robot = await builtRobot();
  const { code, stderr } = await robot.build([...await baseArgs(), "--oci-layout", "full"]);
  assert.equal(code, 0, stderr);
  return robot;
}

/** A build where neither library, rcc nor cache is. */
async function buildElsewhere({ folder, robot }: BuiltRobot, args: readonly string[]) {
  const cache = join(folder, "empty cache");
  await rm(cache, { recursive: true, force: true });
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  return await runProgram(
    [...["build", "-r", robot, "--task", "Hello"], ...args],
    { cache, cwd: folder, env: { ...TIME, ROBOCORP_HOME: home, DOCKER_CONFIG: folder } },
  );
}

async function imageOf(layout: string) {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
  const { digest } = index.manifests[0];
  return { digest, ...JSON.parse(await readFile(blobPath(layout, digest), "utf8")) };
}

toolTest({
  name: "a build with neither library nor rcc makes the image of the full build",
  needs: NEEDS,
}, async () => {
  await using robot = await published();
  const args = [...await baseArgs(), "--cache-from", "oci:full", "--oci-layout", "other"];
  const { code, stdout, stderr } = await buildElsewhere(robot, args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Reading environment\.\.\. OK \(of oci:full\)$/m);
  assert.match(stdout, /^Finding rcc\.\.\. OK \(.*: that of oci:full\)$/m);
  const [full, other] = [
    await imageOf(join(robot.folder, "full")),
    await imageOf(join(robot.folder, "other")),
  ];
  assert.equal(other.digest, full.digest);
});

toolTest({ name: "and so does one on a patched base", needs: NEEDS }, async () => {
  await using robot = await published();
  const patched = await baseOf({
    layers: [
      layerOf(await busyboxEntries()),
      layerOf([{ path: "etc", type: "5" }, { path: "etc/patched", content: "2\n" }]),
    ],
    config: COMMON_CONFIG,
  });
  const args = ["--base-image", `oci:${patched}`, "-t", "bot:1", "--oci-layout"];
  const full = await robot.build([...args, "whole"]);
  assert.equal(full.code, 0, full.stderr);
  const other = await buildElsewhere(robot, [...args, "other", "--cache-from", "oci:full"]);
  assert.equal(other.code, 0, other.stderr);
  const images = ["whole", "other"].map((layout) => imageOf(join(robot.folder, layout)));
  const [whole, taken] = await Promise.all(images);
  assert.equal(taken.digest, whole.digest);
});

toolTest(
  { name: "of a changed robot one layer is new, wherever it is built", needs: NEEDS },
  async () => {
    await using robot = await published();
    await appendFile(join(robot.robot, "robot.yaml"), "\n# changed\n");
    const args = [...await baseArgs(), "--cache-from", "oci:full"];
    const elsewhere = await buildElsewhere(robot, [...args, "--oci-layout", "other"]);
    assert.equal(elsewhere.code, 0, elsewhere.stderr);
    await rm(robot.cache, { recursive: true });
    const here = await robot.build([...args, "--oci-layout", "here"]);
    assert.equal(here.code, 0, here.stderr);
    const [full, other, own] = await Promise.all(
      ["full", "other", "here"].map((layout) => imageOf(join(robot.folder, layout))),
    );
    assert.equal(other.digest, own.digest);
    const digests = ({ layers }: { layers: { digest: string }[] }) =>
      layers.map(({ digest }) => digest);
    assert.deepEqual(digests(other).slice(0, -1), digests(full).slice(0, -1));
    assert.notEqual(digests(other).at(-1), digests(full).at(-1));
  },
);

toolTest(
  { name: "doctor and --plan say where the environment comes from", needs: NEEDS },
  async () => {
    await using robot = await published();
    const args = [...await baseArgs(), "--cache-from", "oci:full"];
    const { code, stdout } = await buildElsewhere(robot, [
      ...args,
      "--save",
      "image.tar",
      "--plan",
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /oci:full/);
  },
);

toolTest(
  {
    name: "an image says the same of its environment, whether its layers are taken or packed",
    needs: NEEDS,
  },
  async () => {
    await using robot = await published();
    const base = join(robot.folder, "base");
    await cp(await busyboxBase(), base, { recursive: true });
    await changeImage(base, ({ config }) => config.author = "somebody else");
    const args = ["--base-image", `oci:${base}`, "-t", "bot:1"];
    await rm(robot.cache, { recursive: true });
    const packed = await robot.build([...args, "--oci-layout", "packed"]);
    assert.equal(packed.code, 0, packed.stderr);
    await rm(robot.cache, { recursive: true });
    const from = ["--cache-from", "oci:full", "--oci-layout", "taken"];
    const taken = await robot.build([...args, ...from]);
    assert.equal(taken.code, 0, taken.stderr);
    const [one, other] = await Promise.all(
      ["packed", "taken"].map((layout) => imageOf(join(robot.folder, layout))),
    );
    assert.equal(other.digest, one.digest);
  },
);

const LAYERS = "dev.rcc-oci.layers";
const ENVIRONMENT = "dev.rcc-oci.environment";
const CATALOG = "rcc-oci.environment.catalog";

/** Changes a label's JSON. */
// deno-lint-ignore no-explicit-any
function label(name: string, change: (value: any) => unknown): ChangeImage {
  return ({ manifest, config }) => {
    const labels = config.config.Labels;
    const value = JSON.parse(labels[name]);
    labels[name] = JSON.stringify(change(value) ?? value);
    if (name === LAYERS) { for (const layer of manifest.layers) delete layer.annotations; }
  };
}

// deno-lint-ignore no-explicit-any
const swap = (list: any[], a: number, b: number) => [list[a], list[b]] = [list[b], list[a]];

/** Images that contradict themselves, and what is said of them; layers are counted from the base's. */
const INCONSISTENT: Readonly<Record<string, readonly [ChangeImage, RegExp]>> = {
  "a diffId is missing": [({ config }) => config.rootfs.diff_ids.pop(), /\d layers and \d diffIds/],
  "a diffId too many": [
    ({ config }) => config.rootfs.diff_ids.push(config.rootfs.diff_ids[0]),
    /\d layers and \d diffIds/,
  ],
  "a layer is missing": [({ manifest }) => manifest.layers.splice(2, 1), /layers and \d diffIds/],
  "no history": [({ config }) => delete config.history, /history of 0/],
  "a step is missing": [({ config }) => config.history.splice(2, 1), /history of \d/],
  "another tool's step": [
    ({ config }) => config.history[2].created_by = "/bin/sh -c rm -rf /opt",
    /its history says "\/bin\/sh -c rm -rf \/opt"/,
  ],
  "two steps change places": [({ config }) => swap(config.history, 1, 2), /its history says/],
  "two layers change places": [
    ({ manifest, config }) => {
      swap(manifest.layers, 2, 3);
      swap(config.rootfs.diff_ids, 2, 3);
      swap(config.history, 2, 3);
    },
    /not in their order/,
  ],
  "a layer of another type": [
    ({ manifest }) => manifest.layers[2].mediaType = "application/octet-stream",
    /is of type "application\/octet-stream"/,
  ],
  "a layer of others on top": [
    ({ manifest, config }) => {
      manifest.layers.push({ ...manifest.layers[0] });
      config.rootfs.diff_ids.push(config.rootfs.diff_ids[0]);
      config.history.push({ created_by: "COPY . /opt" });
    },
    /history says|stands among|no layer of a robot/,
  ],
  "a layer without its key": [
    ({ manifest, config }) => {
      delete manifest.layers[2].annotations;
      delete config.config.Labels[LAYERS];
    },
    /stands among its own/,
  ],
  "two layers of one key": [
    ({ manifest }) => {
      const [, first, second] = manifest.layers;
      second.annotations["dev.rcc-oci.layer.key"] = first.annotations["dev.rcc-oci.layer.key"];
    },
    /two of its layers have one key/,
  ],
  "the facts' layer is missing": [
    ({ manifest, config }) => {
      manifest.layers.splice(-2, 1);
      config.rootfs.diff_ids.splice(-2, 1);
      config.history.splice(-2, 1);
    },
    /does not say what its environment is/,
  ],
  "the records' layer is missing": [
    ({ manifest, config }) => {
      manifest.layers.splice(-3, 1);
      config.rootfs.diff_ids.splice(-3, 1);
      config.history.splice(-3, 1);
    },
    /records are missing/,
  ],
  "rcc's layer is missing": [
    ({ manifest, config }) => {
      manifest.layers.splice(1, 1);
      config.rootfs.diff_ids.splice(1, 1);
      config.history.splice(1, 1);
    },
    /no layer of rcc/,
  ],
  "a label that is no JSON": [
    ({ config }) => config.config.Labels[ENVIRONMENT] = "{",
    /is no JSON/,
  ],
  "a label of another version": [
    label(ENVIRONMENT, (value) => void (value.version = 99)),
    /of another form/,
  ],
  "a label without rcc's size": [
    label(ENVIRONMENT, (value) => void delete value.rcc.size),
    /of another form/,
  ],
  "two blueprints": [
    ({ config }) => config.config.Labels[CATALOG] = "0".repeat(16),
    /two environments/,
  ],
  "another blueprint everywhere but in the history": [
    ({ config }) => {
      const { Labels } = config.config;
      Labels[CATALOG] = "0".repeat(16);
      Labels[ENVIRONMENT] = JSON.stringify({
        ...JSON.parse(Labels[ENVIRONMENT]),
        blueprint: "0".repeat(16),
      });
    },
    /another environment than its label says/,
  ],
  "facts of another place": [
    label(ENVIRONMENT, (value) => void (value.path = "/elsewhere")),
    /facts are of another environment/,
  ],
};

toolTest(
  { name: "an image that contradicts itself is not built from", needs: NEEDS },
  async (t) => {
    await using robot = await published();
    const rcc = await standinRcc();
    for (const [name, [change, reason]] of Object.entries(INCONSISTENT)) {
      await t.step(name, async () => {
        const bad = join(robot.folder, "bad");
        await rm(bad, { recursive: true, force: true });
        await cp(join(robot.folder, "full"), bad, { recursive: true });
        await changeImage(bad, change);
        const args = [...await baseArgs(), "--cache-from", "oci:bad", "--oci-layout", "other"];
        args.push("--rcc-exec", rcc);
        const { code, stderr } = await buildElsewhere(robot, args);
        assert.equal(code, 5, stderr);
        assert.match(stderr, reason);
        assert.match(stderr, /failed to take layers from "oci:bad"/);
        await assert.rejects(Deno.stat(join(robot.folder, "other")), Deno.errors.NotFound);
      });
    }
  },
);

/** What may have become of a blob, and what is said of it. */
const DAMAGE: Readonly<Record<string, readonly [(blob: string) => Promise<void>, RegExp]>> = {
  missing: [(blob) => rm(blob), /it is missing/],
  "cut off": [(blob) => truncate(blob, 10), /it is damaged, expected \d+ bytes, found 10/],
  "other bytes": [
    async (blob) => {
      const bytes = await readFile(blob);
      await writeFile(blob, bytes.fill(0, bytes.length - 4));
    },
    /it is damaged, expected sha256|facts cannot be read: expected whole gzip/,
  ],
};

toolTest(
  { name: "a layer that is missing or damaged where it lies is not taken", needs: NEEDS },
  async (t) => {
    await using robot = await published();
    const { layers } = await imageOf(join(robot.folder, "full"));
    const target = join(robot.folder, "image.tar");
    for (const [kind, place] of [["facts", -2], ["records", -3], ["runtime", 1]] as const) {
      for (const [name, [damage, reason]] of Object.entries(DAMAGE)) {
        await t.step(`${kind}: ${name}`, async () => {
          const bad = join(robot.folder, "bad");
          await rm(bad, { recursive: true, force: true });
          await cp(join(robot.folder, "full"), bad, { recursive: true });
          await damage(blobPath(bad, layers.at(place).digest));
          await writeFile(target, "an earlier image");
          const args = [...await baseArgs(), "--cache-from", "oci:bad", "--save", target];
          // With another rcc the image's own would be packed, and not taken.
          if (kind === "facts") args.push("--rcc-exec", await standinRcc());
          const { code, stderr } = await buildElsewhere(robot, args);
          assert.equal(code, 5, stderr);
          assert.match(stderr, /failed to take layers? .*from "oci:bad"/);
          assert.match(stderr, reason);
          assert.equal(await readFile(target, "utf8"), "an earlier image");
        });
      }
    }
  },
);

toolTest(
  { name: "a layer that is missing where it lies is packed, where that can be done", needs: NEEDS },
  async () => {
    await using robot = await published();
    const { digest, layers } = await imageOf(join(robot.folder, "full"));
    for (const place of [1, 2, -3, -2]) {
      const bad = join(robot.folder, "bad");
      await rm(bad, { recursive: true, force: true });
      await cp(join(robot.folder, "full"), bad, { recursive: true });
      await rm(blobPath(bad, layers.at(place).digest));
      await rm(robot.cache, { recursive: true });
      await rm(join(robot.folder, "again"), { recursive: true, force: true });
      const args = [...await baseArgs(), "--cache-from", "oci:bad", "--oci-layout", "again"];
      const { code, stderr } = await robot.build(args);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /a layer in the cache is missing|failed to take layer .*it is missing/);
      assert.equal((await imageOf(join(robot.folder, "again"))).digest, digest);
    }
  },
);

toolTest(
  { name: "facts that unpack to more than any are not read to their end", needs: NEEDS },
  async () => {
    await using robot = await published();
    const full = join(robot.folder, "full");
    const bytes = gzipSync(new Uint8Array(65 * 1024 * 1024), { level: 1 });
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    await writeFile(blobPath(full, digest), bytes);
    await changeImage(full, ({ manifest }) => {
      Object.assign(manifest.layers.at(-2), { digest, size: bytes.length });
    });
    const args = [...await baseArgs(), "--cache-from", "oci:full", "--save", "image.tar"];
    args.push("--rcc-exec", await standinRcc());
    const { code, stderr } = await buildElsewhere(robot, args);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /facts cannot be read: expected at most 67108864 bytes, found more/);
  },
);

toolTest(
  { name: "an environment of more layers than were asked for is not taken", needs: NEEDS },
  async () => {
    await using robot = await published();
    const args = [...await baseArgs(), "--cache-from", "oci:full", "--oci-layout", "other"];
    const { code, stderr } = await buildElsewhere(robot, [...args, "--max-layers", "1"]);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /its environment has \d+ layers, and here it may have 1;/);
    await assert.rejects(Deno.stat(join(robot.folder, "other")), Deno.errors.NotFound);
  },
);

toolTest(
  { name: "a base whose layer is missing is said, though its facts are known", needs: NEEDS },
  async () => {
    await using robot = await published();
    const base = join(robot.folder, "base");
    await cp(await busyboxBase(), base, { recursive: true });
    const { layers } = await imageOf(base);
    await rm(blobPath(base, layers[0].digest));
    const args = ["--base-image", `oci:${base}`, "-t", "bot:1", "--cache-from", "oci:full"];
    const { code, stderr } = await buildElsewhere(robot, [...args, "--save", "image.tar"]);
    assert.equal(code, 6, stderr);
    assert.match(stderr, /failed to read base image "oci:.*": blob sha256:\w+ is missing/);
  },
);

toolTest({
  name: "layers in a registry are sent nowhere again: mounted, or there",
  needs: [...NEEDS, "docker-registry"],
}, async () => {
  await using registry = await startDockerRegistry();
  await using robot = await builtRobot();
  const [first, second, third, fourth] = ["bot:1", "bot:2", "other:1", "third:1"].map((name) =>
    `${registry.host}/acme/${name}`
  ) as [string, string, string, string];
  const base = ["--base-image", `oci:${await busyboxBase()}`];
  const { code, stderr } = await robot.build([...base, "-t", first, "--push"]);
  assert.equal(code, 0, stderr);
  const sentFor = async (
    name: string,
    build = (args: readonly string[]) => buildElsewhere(robot, args),
  ) => {
    await appendFile(join(robot.robot, "robot.yaml"), "\n# changed\n");
    const before = (await registry.lines()).length;
    const built = await build([...base, "-t", name, "--cache-from", first, "--push"]);
    assert.equal(built.code, 0, built.stderr);
    const lines = (await registry.lines()).slice(before);
    return {
      // One that is not mounted is answered with 202.
      mounts: lines.filter((line) => /^POST .* 201$/.test(line)).length,
      blobs: lines.filter((line) => /PUT .*blobs\/uploads/.test(line)).length,
      pulled: lines.filter((line) => /GET .*\/blobs\//.test(line)).length,
    };
  };
  // Config and robot are new; config and facts are read.
  assert.deepEqual(await sentFor(second), { mounts: 0, blobs: 2, pulled: 2 });
  const { blobs, mounts } = await sentFor(third);
  assert.equal(blobs, 2);
  assert.ok(mounts >= 5, `${mounts} mounts`);
  // Who has the library, and all layers in the cache, sends no more.
  const here = await sentFor(fourth, (args) => robot.build(args));
  assert.deepEqual([here.blobs, here.mounts], [blobs, mounts]);
});
