/**
 * An image is built anew and compared: untouched ones are equal, and of others it is said where they
 * differ. `deno task soak verify` has every setting, every kind of library and every tampering.
 */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { BlobCache } from "../../src/store/mod.ts";
import { busyboxBase } from "../support/bases.ts";
import { builtRobot } from "../support/built_robot.ts";
import { blobPath, changeImage, readImage } from "../support/change_image.ts";
import { runProgram } from "../support/program.ts";
import { type RobotScene, robotScene, type RobotSceneOptions } from "../support/robot_scene.ts";
import { IS_SOAK } from "../support/soak.ts";
import { standinRcc } from "../support/standin.ts";
import { environmentOf, TAMPERINGS, verifiedBase } from "../support/tamperings.ts";
import { toolTest } from "../support/tools.ts";

const NEEDS = ["apt", "cc"] as const;
const TIME = { env: { SOURCE_DATE_EPOCH: "1700000000" } };

/** A robot with its image in the layout `image`. */
async function builtScene(
  options: RobotSceneOptions = {},
  args: readonly string[] = [],
): Promise<RobotScene> {
  const scene = await robotScene({ environment: environmentOf("Monday"), ...options });
  const { code, stderr } = await scene.build(
    [...await baseArgs(), "-t", "bot:1", "--oci-layout", "image", ...args],
    TIME,
  );
  assert.equal(code, 0, stderr);
  return scene;
}

async function baseArgs(): Promise<readonly string[]> {
  return ["--base-image", `oci:${await verifiedBase()}`];
}

interface Settings extends RobotSceneOptions {
  /** What an image says by itself. */
  readonly own?: string;
  /** What it does not, and `verify` is told. */
  readonly told?: string;
}

const SETTINGS: Readonly<Record<string, Settings>> = {
  "shared, trusted, with an init": { mode: "shared", own: "--start trusted --init" },
  "raw, sealed, zstd": { mode: "raw", own: "--sealed --compression zstd" },
  "another user, a level, variables and labels": {
    own: "--user worker:1500:1501 --compression gzip:9",
    told: "--env LANG=C --env OWN=a=b --label level=mine --label vendor=me --max-layers 2",
  },
};

const FURTHER: Readonly<Record<string, Settings>> = {
  "private": {},
  "shared": { mode: "shared" },
  "raw": { mode: "raw" },
  "trusted": { own: "--start trusted" },
  "shared, sealed": { mode: "shared", own: "--sealed" },
  "sealed, zstd of a level": { own: "--sealed --compression zstd:19" },
  "root": { own: "--user root" },
  "one layer": { told: "--max-layers 1" },
  "a shell robot": {
    own: "--init --compression gzip:6",
    robot: { "robot.yaml": "tasks:\n  Go:\n    shell: sh go.sh\nartifactsDir: output\n" },
  },
};

toolTest(
  { name: "an untouched image is identical, however it was built", needs: NEEDS },
  async (t) => {
    for (const [name, settings] of Object.entries({ ...SETTINGS, ...IS_SOAK ? FURTHER : {} })) {
      const { own = "", told = "", ...options } = settings;
      const [ownArgs, toldArgs] = [own, told].map((text) => text.split(" ").filter(Boolean));
      await t.step(name, async () => {
        await using scene = await builtScene(options, [...ownArgs!, ...toldArgs!]);
        const args = [...await baseArgs(), ...toldArgs!];
        const { code, stdout, stderr } = await scene.verify("oci:image", args);
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, /^identical: /m);
      });
    }
  },
);

toolTest(
  { name: "an archive in the robot's own folder is identical, whoever's it is", needs: NEEDS },
  async (t) => {
    await using robot = await builtRobot();
    const base = ["--base-image", `oci:${await busyboxBase()}`];
    const archive = join(robot.robot, "image.tar");
    const { code, stderr } = await robot.build([...base, "--save", archive]);
    assert.equal(code, 0, stderr);
    for (const image of [archive, `docker-archive:${archive}`]) {
      await t.step(image.replace(archive, "…"), async () => {
        const { code, stdout, stderr } = await robot.verify(image, base);
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, /^identical: /m);
      });
    }
  },
);

/** Gives the files that all may read another mode in what the cache has kept of the catalog. */
async function forgeKeptCatalog(cache: string): Promise<void> {
  const facts = new BlobCache(cache);
  const [file] = await readdir(join(cache, "facts", "catalogs"));
  const key = basename(file!, ".json");
  const kept = await facts.readFact("catalogs", key) as { modes: string };
  const modes = new Uint32Array(Uint8Array.fromBase64(kept.modes).buffer)
    .map((mode) => mode === 0o644 ? 0o666 : mode);
  const forged = { ...kept, modes: new Uint8Array(modes.buffer).toBase64() };
  await facts.writeFact("catalogs", key, forged);
}

/** Enough to see that the command says what the comparison has found: that has its own tests. */
const SAMPLE = ["a byte in a package", "a variable"];

toolTest(
  { name: "an image that was tampered with is named by layer, file and byte", needs: NEEDS },
  async (t) => {
    await using scene = await builtScene();
    let count = 0;
    for (const [name, { tamper, said }] of Object.entries(TAMPERINGS)) {
      if (!IS_SOAK && !SAMPLE.includes(name)) continue;
      await t.step(name, async () => {
        const layout = join(scene.folder, `tampered-${count++}`);
        await cp(join(scene.folder, "image"), layout, { recursive: true });
        await tamper(layout);
        const { code, stdout, stderr } = await scene.verify(`oci:${layout}`, await baseArgs());
        assert.equal(code, 10, stdout + stderr);
        assert.match(stdout, /^different: /m);
        assert.match(stdout, said);
      });
    }
    await t.step("what the cache says of the catalog", async () => {
      await forgeKeptCatalog(scene.cache);
      const args = [...await baseArgs(), "-t", "bot:1", "--oci-layout", "forged"];
      const built = await scene.build(args, TIME);
      assert.equal(built.code, 0, built.stderr);
      const { code, stdout, stderr } = await scene.verify("oci:forged", await baseArgs());
      assert.equal(code, 10, stdout + stderr);
      assert.match(stdout, /: mode 0666, built 0644/);
    });
  },
);

toolTest(
  { name: "an environment that was built anew differs in its records alone", needs: NEEDS },
  async (t) => {
    for (const mode of IS_SOAK ? ["private", "shared", "raw"] as const : ["private"] as const) {
      await t.step(mode, async () => {
        await using scene = await builtScene({ mode });
        const image = `oci:${join(scene.folder, "image")}`;
        await using again = await robotScene({ environment: environmentOf("Tuesday"), mode });
        const { code, stdout, stderr } = await again.verify(image, await baseArgs());
        assert.equal(code, 9, stdout + stderr);
        assert.match(stdout, /^equivalent: .*, has the same content, but for records of the /m);
        assert.match(stdout, /\/RECORD": .*, as at every build$/m);
        assert.match(stdout, /\/conda-meta\/history": .*, as at every build$/m);
        await using other = await robotScene({ environment: environmentOf("Tuesday", "2"), mode });
        const changed = await other.verify(image, await baseArgs());
        assert.equal(changed.code, 10, changed.stdout);
        assert.match(changed.stdout, /\/demo\/__init__\.py": byte 10 is 0x31, built 0x32, and /m);
      });
    }
  },
);

toolTest({ name: "what keeps an image from being built anew is said", needs: NEEDS }, async (t) => {
  await using scene = await builtScene();
  await t.step("the base was on a machine", async () => {
    const { code, stderr } = await scene.verify("oci:image", []);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^Error: .* was an image of a machine, name it with --base-image$/m);
  });
  await t.step("no library has the environment", async () => {
    const home = join(scene.folder, "home");
    await mkdir(home);
    const args = ["verify", "oci:image", "-r", scene.robot, ...await baseArgs()];
    const { code, stderr } = await runProgram([...args, "--rcc-exec", await standinRcc()], {
      cache: scene.cache,
      cwd: scene.folder,
      env: { ROBOCORP_HOME: home },
    });
    assert.match(stderr, /^Error: failed to verify "oci:image": no library here has .*--hololib/m);
    assert.equal(code, 5, stderr);
  });
  await t.step("a layer of the image is missing, and another is looked into", async () => {
    const layout = join(scene.folder, "image");
    const { manifest } = await readImage(layout);
    await rm(blobPath(layout, manifest.layers.at(-1).digest));
    await changeImage(layout, ({ manifest }) => void manifest.layers.reverse());
    const { code, stderr } = await scene.verify("oci:image", await baseArgs());
    assert.equal(code, 6, stderr);
    assert.match(stderr, /^Error: failed to verify "oci:image": .* it is missing; see what /m);
  });
});

toolTest({ name: "verify --json says all of it", needs: NEEDS }, async () => {
  await using scene = await builtScene();
  const layout = join(scene.folder, "image");
  await changeImage(layout, ({ config }) => void (config.config.StopSignal = "9"));
  const { code, stdout } = await scene.verify("oci:image", [...await baseArgs(), "--json"]);
  assert.equal(code, 10);
  const { verdict, differences, options, records } = JSON.parse(stdout);
  assert.equal(verdict, "different");
  assert.deepEqual(differences, [
    { kind: "field", document: "config", field: "config.StopSignal", image: "9" },
  ]);
  assert.deepEqual(options, ["--tag", ":1", "--compression", "gzip", "--start", "checked"]);
  assert.deepEqual(records, []);
});
