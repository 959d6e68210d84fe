import assert from "node:assert/strict";
import { Failure, Failures } from "../../src/failure/mod.ts";
import {
  type BuildArguments,
  type OptionFacts,
  parseBuildOptions,
} from "../../src/cli/build_options.ts";
import { exitCodeOf } from "../../src/cli/exit_code.ts";
import { outputsInside } from "../../src/build/outputs.ts";
import type { RegistryArguments } from "../../src/cli/registry_options.ts";
import { Interrupted } from "../../src/cli/signals.ts";

const GIVEN: BuildArguments & RegistryArguments = {
  robot: ".",
  tag: [],
  baseImage: "scratch",
  env: [],
  label: [],
  exclude: [],
  compression: "gzip",
  pull: "always",
  caCert: [],
  insecureRegistry: [],
  registryMirror: [],
};
const FACTS: OptionFacts = { env: {}, now: new Date("2026-01-31T12:00:00.750Z"), cores: 3 };

type Given = Partial<BuildArguments & RegistryArguments>;

function parse(given: Given = {}, facts: Partial<OptionFacts> = {}) {
  return parseBuildOptions({ ...GIVEN, ...given }, { ...FACTS, ...facts });
}

Deno.test("parseBuildOptions() writes image.tar when no output is named", () => {
  assert.equal(parse().outputs.save, "image.tar");
  assert.equal(parse({ ociLayout: "layout" }).outputs.save, undefined);
  assert.equal(parse({ push: true, tag: ["a:1"] }).outputs.save, undefined);
  assert.equal(parse({ load: "podman" }).outputs.save, undefined);
});

Deno.test("parseBuildOptions() takes the time of SOURCE_DATE_EPOCH, else now in whole seconds", () => {
  assert.equal(parse().image.created.toISOString(), "2026-01-31T12:00:00.000Z");
  assert.equal(
    parse({}, { env: { SOURCE_DATE_EPOCH: "86400" } }).image.created.getTime(),
    86_400_000,
  );
  assert.throws(
    () => parse({}, { env: { SOURCE_DATE_EPOCH: "yesterday" } }),
    /failed to read SOURCE_DATE_EPOCH "yesterday"/,
  );
});

Deno.test("parseBuildOptions() keeps everything behind the first equals sign of a variable", () => {
  assert.deepEqual([...parse({ env: ["A=b=c", "EMPTY="] }).image.env], [["A", "b=c"], [
    "EMPTY",
    "",
  ]]);
});

Deno.test("parseBuildOptions() reads codecs with levels", () => {
  assert.deepEqual(parse({ compression: "gzip:6" }).image.packing, { codec: "gzip", level: 6 });
  assert.deepEqual(parse({ compression: "zstd", ociLayout: "x" }).image.packing, { codec: "zstd" });
  for (const compression of ["gzip:0", "gzip:10", "zstd:20", "gzip:", "lzma", "gzip:6:1"]) {
    assert.throws(() => parse({ compression, ociLayout: "x" }), /--compression/, compression);
  }
});

Deno.test("parseBuildOptions() refuses zstd for what docker loads, with the reason", () => {
  const cases: readonly Given[] = [{}, { save: "x.tar" }, { load: "docker" }];
  for (const given of cases) {
    assert.throws(() => parse({ ...given, compression: "zstd" }), /docker loads no zstd layers/);
  }
  assert.equal(parse({ compression: "zstd", load: "podman" }).outputs.load, "podman");
});

Deno.test("parseBuildOptions() takes all cores, or as many workers as it is told", () => {
  assert.equal(parse().jobs, 3);
  assert.equal(parse({ jobs: "8" }).jobs, 8);
  for (const jobs of ["0", "65", "two", "-1"]) assert.throws(() => parse({ jobs }), /--jobs/);
});

Deno.test("parseBuildOptions() takes one way to start, --sealed being a name of one", () => {
  assert.equal(parse().image.start, "checked");
  assert.equal(parse({ start: "trusted" }).image.start, "trusted");
  assert.equal(parse({ sealed: true }).image.start, "sealed");
  assert.equal(parse({ sealed: true, start: "sealed" }).image.start, "sealed");
  assert.throws(
    () => parse({ start: "fast" }),
    /failed to read --start "fast": expected checked, trusted or sealed/,
  );
  for (const start of ["checked", "trusted"]) {
    assert.throws(() => parse({ sealed: true, start }), /--sealed with --start .*, leave one out/);
  }
});

Deno.test("parseBuildOptions() tells all that is wrong at once", () => {
  assert.throws(
    () => parse({ tag: ["A:1", "b:?"], jobs: "0", load: "lxc", push: true, pull: "never" }),
    (error) => error instanceof Failures && error.all.length === 5,
  );
});

Deno.test("parseBuildOptions() refuses --push without a name, and a digest as one", () => {
  assert.throws(() => parse({ push: true }), /there is no name to push to, give --tag/);
  const digest = `sha256:${"a".repeat(64)}`;
  assert.throws(() => parse({ tag: [`bot@${digest}`] }), /a digest names an image that is there/);
});

Deno.test("parseBuildOptions() wants a password for a username, and chunks of 5 MiB at least", () => {
  assert.throws(() => parse({ username: "me" }), /go together/);
  assert.throws(() => parse({ passwordStdin: true }), /go together/);
  assert.equal(parse({ chunkSize: "5" }).outputs.chunkSize, 5 * 1024 * 1024);
  assert.throws(() => parse({ chunkSize: "4" }), /at least 5/);
});

Deno.test("outputsInside() gives patterns for outputs in the robot's folder alone", () => {
  const inside = (save: string) =>
    outputsInside("/robots/bot", parse({ save, metadataFile: "/elsewhere/m.json" }).outputs);
  assert.deepEqual(inside("/robots/bot/out/image.tar"), ["/out/image.tar"]);
  assert.deepEqual(inside("/robots/bot/my [1]*.tar"), ["/my\\ \\[1\\]\\*.tar"]);
  assert.deepEqual(inside("/robots/image.tar"), []);
  assert.deepEqual(inside("/robots/bottle/image.tar"), []);
});

Deno.test("exitCodeOf() is the lowest of several failures, and 1 for what nobody foresaw", () => {
  const failure = (id: Failure["id"]) => new Failure(id, "x");
  assert.equal(exitCodeOf(failure("output/unwritable")), 7);
  assert.equal(exitCodeOf(new Failures([failure("base/blob"), failure("robot/file")])), 3);
  assert.equal(exitCodeOf(new Error("x")), 1);
  assert.equal(exitCodeOf(new Interrupted("SIGTERM")), 143);
});
