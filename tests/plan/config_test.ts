import assert from "node:assert/strict";
import { Tree } from "../../src/base/mod.ts";
import { defaultTag, START_MODES } from "../../src/plan/mod.ts";
import { formatReference } from "../../src/oci/mod.ts";
import { containerConfig, type ContainerConfigOptions } from "../../src/plan/container_config.ts";
import { baseHistory } from "../../src/plan/plan.ts";
import { imageLabels } from "../../src/plan/labels.ts";
import { layerKey } from "../../src/plan/layer_key.ts";
import { volumeFailures } from "../../src/plan/volumes.ts";

const OPTIONS: ContainerConfigOptions = {
  base: {},
  user: { name: "robot", uid: 1000, gid: 1000, home: "/home/robot" },
  robotFolder: "/home/robot/app",
  robotFile: "robot.yaml",
  robocorpHome: "/home/robot/.robocorp",
  start: "checked",
  init: false,
  bytecode: false,
  env: new Map(),
  labels: new Map(),
};

Deno.test("containerConfig() starts rcc run, with the chosen task behind it: Cmd gives way to arguments", () => {
  const { Entrypoint, Cmd, User, WorkingDir } = containerConfig({ ...OPTIONS, task: "Do it" });
  const command = ["/usr/local/bin/rcc", "run", "--robot", "/home/robot/app/robot.yaml"];
  assert.deepEqual(Entrypoint, [...command, "--task", "Do it"]);
  assert.deepEqual(Cmd, []);
  assert.deepEqual([User, WorkingDir], ["1000:1000", "/home/robot/app"]);
  const plain = containerConfig(OPTIONS);
  assert.deepEqual([plain.Entrypoint, plain.Cmd], [command, []]);
});

Deno.test("containerConfig() starts in the robot's folder, wherever below the app's it is", () => {
  const robotFolder = "/home/robot/app/robots/a";
  const { Entrypoint, WorkingDir } = containerConfig({ ...OPTIONS, robotFolder });
  assert.equal(Entrypoint?.at(-1), `${robotFolder}/robot.yaml`);
  assert.equal(WorkingDir, robotFolder);
});

for (const start of START_MODES) {
  Deno.test(`containerConfig() voids the warranty and temporary folders unless checked: ${start}`, () => {
    const { Entrypoint, Env } = containerConfig({ ...OPTIONS, start });
    assert.equal(Entrypoint?.includes("--warranty-voided"), start !== "checked");
    assert.equal(Env?.includes("RCC_NO_TEMP_MANAGEMENT=1"), start !== "checked");
  });
}

Deno.test("containerConfig() puts the init before rcc", () => {
  const { Entrypoint } = containerConfig({ ...OPTIONS, init: true });
  const plain = containerConfig(OPTIONS).Entrypoint!;
  assert.deepEqual(Entrypoint, ["/usr/local/bin/rcc-init", ...plain]);
});

Deno.test("containerConfig() names the place of bytecode, which rcc is to leave alone", () => {
  const names = /^(?:RCC_NO_PYC_MANAGEMENT|PYTHONPYCACHEPREFIX|PYTHONDONTWRITEBYTECODE)=/;
  const { Env } = containerConfig({ ...OPTIONS, bytecode: true });
  assert.deepEqual(Env?.filter((variable) => names.test(variable)), [
    "RCC_NO_PYC_MANAGEMENT=1",
    "PYTHONPYCACHEPREFIX=/usr/local/lib/pycache",
    "PYTHONDONTWRITEBYTECODE=1",
  ]);
  assert.deepEqual(containerConfig(OPTIONS).Env?.filter((variable) => names.test(variable)), []);
});

Deno.test("containerConfig() has each variable once: the base's, ours, and what was asked for", () => {
  const { Env } = containerConfig({
    ...OPTIONS,
    base: { Env: ["PATH=/bin", "HOME=/root", "LANG=C", "BROKEN"] },
    env: new Map([["LANG", "de_DE.UTF-8"], ["A", "b=c"]]),
  });
  assert.deepEqual(Env, [
    "PATH=/usr/local/bin:/bin",
    "HOME=/home/robot",
    "LANG=de_DE.UTF-8",
    "USER=robot",
    "ROBOCORP_HOME=/home/robot/.robocorp",
    "RCC_NO_BUILD=1",
    "RCC_AUTOUPDATES_RCC_INDEX=http://127.0.0.1:9/",
    "A=b=c",
  ]);
});

Deno.test("imageLabels() drops the base's standard labels and lets the asked ones win", () => {
  const labels = imageLabels({
    title: "bot",
    version: "1",
    created: new Date(0),
    base: { name: "docker.io/library/debian:12", digest: "sha256:1" },
  }, {
    base: { "org.opencontainers.image.vendor": "base", "org.label-schema.name": "x", own: "kept" },
    asked: new Map([["org.opencontainers.image.title", "mine"]]),
  });
  assert.deepEqual(Object.fromEntries(labels), {
    "own": "kept",
    "org.opencontainers.image.title": "mine",
    "org.opencontainers.image.version": "1",
    "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
    "org.opencontainers.image.base.name": "docker.io/library/debian:12",
    "org.opencontainers.image.base.digest": "sha256:1",
  });
});

Deno.test("defaultTag() makes any folder's name valid", () => {
  const time = new Date("2026-01-31T12:00:00Z");
  const name = (text: string) => formatReference(defaultTag(text, time));
  assert.equal(name("Invoice Bot"), "docker.io/library/invoice-bot:20260131-120000");
  assert.equal(name("__äöü__"), "docker.io/library/aou:20260131-120000");
  assert.equal(name("日本"), "docker.io/library/robot:20260131-120000");
  assert.equal(name("x".repeat(300)).length, "docker.io/library/:20260131-120000".length + 100);
});

Deno.test("baseHistory() has an entry for each layer of the base", () => {
  const empty = { created_by: "ENV", empty_layer: true };
  const full = { created_by: "ADD" };
  assert.deepEqual(baseHistory([full, empty], 1), [full, empty]);
  assert.equal(baseHistory([empty], 2).filter((step) => !step.empty_layer).length, 2);
  assert.equal(baseHistory([full, full], 1).length, 1);
});

Deno.test("layerKey() is another for anything that shapes the bytes", () => {
  const facts = {
    layer: "environment",
    packing: { codec: "gzip" },
    runtime: { zlib: "1" },
    parents: [],
    content: { a: 1 },
  } as const;
  const keys = [
    layerKey(facts),
    layerKey({ ...facts, layer: "robot" }),
    layerKey({ ...facts, packing: { codec: "gzip", level: 1 } }),
    layerKey({ ...facts, runtime: { zlib: "2" } }),
    layerKey({ ...facts, content: { a: 2 } }),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(layerKey({ ...facts }), keys[0]);
});

Deno.test("volumeFailures() names volumes over, in and around our folders, and no others", () => {
  const found = (volume: string) =>
    volumeFailures({ [volume]: {} }, { folders: ["/home/robot/app"], tree: new Tree() }).length;
  assert.deepEqual(
    ["/home/robot/app", "/home/robot/app/", "/home", "/", "/home/robot/app/data"].map(found),
    [1, 1, 1, 1, 1],
  );
  assert.deepEqual(["/data", "/home/robot/apple", "/home/rob"].map(found), [0, 0, 0]);
  assert.deepEqual(volumeFailures(undefined, { folders: ["/x"], tree: new Tree() }), []);
});
