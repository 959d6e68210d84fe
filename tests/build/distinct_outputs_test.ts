/** Outputs of a build that would take the place of one another, or of what it reads. */
import assert from "node:assert/strict";
import { link, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireDistinctOutputs } from "../../src/build/distinct_outputs.ts";
import type { OutputRequest } from "../../src/build/request.ts";
import { failuresOf } from "../../src/failure/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn } from "../support/tools.ts";

interface Given extends Partial<OutputRequest> {
  readonly hololib?: string;
  readonly rccExec?: string;
  readonly baseImage?: string;
}

type GivenIn = (folder: string) => Given;

const REFUSED: Readonly<Record<string, readonly [GivenIn, RegExp]>> = {
  "two files of one name": [
    (at) => ({ save: join(at, "a"), report: join(at, "x", "..", "a") }),
    /^failed to use --report ".*": it is the place of --save too, name another$/,
  ],
  "two names of one file": [
    (at) => ({ digestFile: join(at, "rcc"), metadataFile: join(at, "hard") }),
    /--metadata-file ".*hard": it is the place of --digest-file too/,
  ],
  "a file below a link to a folder": [
    (at) => ({ save: join(at, "a"), digestFile: join(at, "linked", "a") }),
    /--digest-file ".*": it is the place of --save too/,
  ],
  "the layout's folder": [
    (at) => ({ ociLayout: join(at, "new"), save: join(at, "new") }),
    /--save ".*": it is the place of --oci-layout too/,
  ],
  "the layout's index": [
    (at) => ({ ociLayout: join(at, "new"), report: join(at, "new", "index.json") }),
    /--report ".*": it is the layout of --oci-layout/,
  ],
  "the robot's definition": [
    (at) => ({ save: join(at, "robot", "robot.yaml") }),
    /--save ".*": it is the robot's definition/,
  ],
  "the library": [
    (at) => ({ hololib: join(at, "lib"), save: join(at, "lib") }),
    /--save ".*": it is the library/,
  ],
  "a file of the library": [
    (at) => ({ hololib: join(at, "lib"), save: join(at, "lib", "library", "a", "b") }),
    /--save ".*": it is the library/,
  ],
  "the robot's hololib.zip": [
    (at) => ({ save: join(at, "robot", "hololib.zip") }),
    /--save ".*": it is the library/,
  ],
  "the rcc": [
    (at) => ({ rccExec: join(at, "rcc"), metadataFile: join(at, "link") }),
    /--metadata-file ".*link": it is the rcc/,
  ],
  "the base's archive": [
    (at) => ({ baseImage: `oci-archive:${at}/base.tar:1`, save: join(at, "base.tar") }),
    /--save ".*": it is the base/,
  ],
  "a blob of the base's layout": [
    (at) => ({ baseImage: `oci:${at}/base`, digestFile: join(at, "base", "blobs", "sha256", "a") }),
    /--digest-file ".*": it is the base/,
  ],
  "standard output under two names": [
    () => ({ save: "-", digestFile: "/dev/stdout" }),
    /--digest-file "\/dev\/stdout": it is the place of --save too/,
  ],
};

const ACCEPTED: Readonly<Record<string, GivenIn>> = {
  "different files": (at) => ({ save: join(at, "a"), report: join(at, "b"), digestFile: "c" }),
  "the layout of the base": (at) => ({
    baseImage: `oci:${at}/base`,
    ociLayout: join(at, "base"),
  }),
  "files beside the blobs of the layout": (at) => ({
    ociLayout: join(at, "new"),
    digestFile: join(at, "new", "digest"),
  }),
  "many files that nobody keeps": () => ({ digestFile: "/dev/null", metadataFile: "/dev/null" }),
};

async function check(given: GivenIn): Promise<void> {
  await using folder = await temporaryFolder();
  const at = folder.path;
  await mkdir(join(at, "robot"));
  await mkdir(join(at, "lib", "library", "a"), { recursive: true });
  await mkdir(join(at, "base"));
  for (const name of ["rcc", "base.tar", "robot/robot.yaml", "robot/hololib.zip"]) {
    await writeFile(join(at, name), name);
  }
  await link(join(at, "rcc"), join(at, "hard"));
  await symlink("rcc", join(at, "link"));
  await symlink(".", join(at, "linked"));
  const { hololib, rccExec, baseImage = "scratch", ...outputs } = given(at);
  await requireDistinctOutputs({
    robot: { path: join(at, "robot"), exclude: [] },
    environment: {
      ...(hololib === undefined ? {} : { hololib }),
      ...{ resolve: false, strictPlatform: false, allowRecordedSecrets: false },
    },
    rcc: rccExec === undefined ? {} : { path: rccExec },
    base: { name: baseImage, pull: "always" },
    connection: { caCertificateFiles: [], insecureHosts: [], mirrors: [] },
    outputs: { push: false, sboms: [], ...outputs },
  }, { env: { HOME: at, PATH: "" }, hostOs: "linux" });
}

for (const [name, [given, message]] of Object.entries(REFUSED)) {
  Deno.test({
    ...testOn(`requireDistinctOutputs() refuses ${name}`, "no Windows"),
    fn: () =>
      assert.rejects(check(given), (error) => {
        const [failure, ...others] = failuresOf(error);
        assert.deepEqual([failure?.kind, others], ["usage", []]);
        assert.match(failure!.message, message);
        return true;
      }),
  });
}

for (const [name, given] of Object.entries(ACCEPTED)) {
  Deno.test({
    ...testOn(`requireDistinctOutputs() accepts ${name}`, "no Windows"),
    fn: () => check(given),
  });
}
