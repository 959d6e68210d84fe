import assert from "node:assert/strict";
import {
  checkEnvironment,
  type EnvironmentDemands,
  environmentDemands,
} from "../../src/checks/mod.ts";
import { type ElfFacts, programFacts } from "../../src/programs/mod.ts";
import { elfOf, type ElfSpec } from "../support/elf_of.ts";
import { entriesOf, hostOf } from "./places.ts";

const STAGE = "/home/dev/.robocorp/holotree/stage";
const LOADER = "/lib64/ld-linux-x86-64.so.2";

const DEBIAN = [
  "lib -> usr/lib",
  "lib64 -> usr/lib64",
  "usr/lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
  ...["ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libpthread.so.0"].map((name) =>
    `usr/lib/x86_64-linux-gnu/${name}`
  ),
  "usr/lib/x86_64-linux-gnu/libz.so.1.3",
  "usr/lib/x86_64-linux-gnu/libz.so.1 -> libz.so.1.3",
  "usr/lib/x86_64-linux-gnu/blas/libblas.so.3",
  "opt/vendor/lib/libvendor.so.1",
];

/** What an environment of these programs asks for. */
function demandsOf(
  programs: Readonly<Record<string, ElfSpec | string>>,
  others: readonly string[] = [],
): EnvironmentDemands {
  const facts = Object.values(programs).map((spec, content) => {
    const bytes = typeof spec === "string" ? new TextEncoder().encode(spec) : elfOf(spec);
    return [content, programFacts(bytes) as ElfFacts] as const;
  });
  return environmentDemands(entriesOf(...Object.keys(programs), ...others), {
    path: STAGE,
    programs: new Map(facts),
  });
}

const PYTHON: ElfSpec = {
  interpreter: LOADER,
  needed: ["libpython3.11.so.1.0", "libc.so.6"],
  rpath: "$ORIGIN/../lib",
  versions: { "libc.so.6": ["GLIBC_2.17"] },
};

Deno.test("environmentDemands() asks for nothing that lies in the environment", () => {
  const demands = demandsOf({
    "bin/python3.11": PYTHON,
    "bin/pip": `#!${STAGE}/bin/python\n`,
    "bin/own-loader": { interpreter: `${STAGE}/lib/ld.so` },
    "lib/libpython3.11.so.1.0": { needed: ["libz.so.1", "libc.so.6"] },
    "lib/libz.so.1.2.13": { soname: "libz.so.1" },
    "lib/python3.11/numpy/core.so": { needed: ["libblas-3fe2.so"], runpath: "$ORIGIN/../libs" },
    "lib/python3.11/libs/libblas-3fe2.so": { needed: ["libc.so.6"] },
  });
  assert.deepEqual(demands, {
    interpreters: [{ path: LOADER, file: "bin/python3.11", isOnPath: true }],
    glibc: { version: "2.17", file: "bin/python3.11" },
    libraries: [{ name: "libc.so.6", file: "bin/python3.11", count: 3, folders: [] }],
    scripts: {},
    foreign: [],
  });
});

Deno.test("environmentDemands() takes a symlink of the name for the library", () => {
  const { libraries } = demandsOf({ "lib/a.so": { needed: ["libssl.so.3"] } }, ["lib/libssl.so.3"]);
  assert.deepEqual(libraries, []);
});

Deno.test("environmentDemands() keeps folders that are not the environment's own", () => {
  const { libraries } = demandsOf({
    "lib/a.so": { needed: ["libvendor.so.1"], rpath: `${STAGE}/lib:/opt/vendor/lib:lib:$ORIGIN` },
    "lib/b.so": { needed: ["libvendor.so.1"], runpath: "/opt/vendor/lib:/opt/other" },
  });
  assert.deepEqual(libraries, [{
    name: "libvendor.so.1",
    file: "lib/a.so",
    count: 2,
    folders: ["/opt/vendor/lib", "/opt/other"],
  }]);
});

Deno.test("environmentDemands() names a program of bin for an interpreter where there is one", () => {
  const { interpreters } = demandsOf({
    "a/tool": { interpreter: LOADER },
    "bin/python3.11": { interpreter: LOADER },
    "bin/deep/tool": { interpreter: "/lib/other.so" },
  });
  assert.deepEqual(interpreters, [
    { path: LOADER, file: "bin/python3.11", isOnPath: true },
    { path: "/lib/other.so", file: "bin/deep/tool", isOnPath: false },
  ]);
});

Deno.test("environmentDemands() passes over what packages bring along for musl", () => {
  const demands = demandsOf({
    "lib/node_modules/x/musl.node": { needed: ["libc.musl-x86_64.so.1", "libfoo.so"] },
    "lib/node_modules/x/tool": { interpreter: "/lib/ld-musl-x86_64.so.1" },
  });
  assert.deepEqual(demands, { interpreters: [], libraries: [], scripts: {}, foreign: [] });
});

Deno.test("environmentDemands() keeps the interpreters of foreign scripts in bin", () => {
  const { scripts } = demandsOf({
    "bin/tool": "#!/bin/sh\n",
    "bin/other": "#!/usr/bin/env perl\n",
    "lib/script": "#!/bin/bash\n",
  });
  assert.deepEqual(scripts, { tool: "/bin/sh", other: "/usr/bin/env perl" });
});

const GOOD = demandsOf({
  "bin/python3.11": PYTHON,
  "lib/libpython3.11.so.1.0": { needed: ["libm.so.6", "libz.so.1", "libblas.so.3", LOADER] },
  "lib/vendor.so": { needed: ["libvendor.so.1"], runpath: "/opt/vendor/lib" },
});

Deno.test("checkEnvironment() finds nothing wrong with the right base", () => {
  const { failures, warnings } = checkEnvironment(GOOD, hostOf(DEBIAN, { glibc: "2.36" }));
  assert.deepEqual([failures, warnings], [[], []]);
});

Deno.test("checkEnvironment() bears a base whose version is just the one", () => {
  assert.deepEqual(checkEnvironment(GOOD, hostOf(DEBIAN, { glibc: "2.17" })).failures, []);
});

Deno.test("checkEnvironment() refuses an older glibc, and says which file needs the newer", () => {
  const { failures } = checkEnvironment(GOOD, hostOf(DEBIAN, { glibc: "2.9" }));
  assert.deepEqual(failures.map(({ id, message }) => [id, message]), [[
    "base/glibc-version",
    `failed to start the environment on base image "base": "bin/python3.11" needs glibc 2.17, and ` +
    `the base has 2.9, use a newer one, such as "debian:stable-slim"`,
  ]]);
});

Deno.test("checkEnvironment() refuses a base of musl, and says why", () => {
  const base = hostOf(["lib/ld-musl-x86_64.so.1", "lib/libc.musl-x86_64.so.1"], { musl: true });
  const { failures, warnings } = checkEnvironment(GOOD, base);
  assert.deepEqual(failures.map(({ id }) => id), ["base/musl"]);
  assert.match(failures[0]!.message, /C library is musl.* "bin\/python3\.11" is made for glibc/);
  assert.deepEqual(warnings, []);
});

Deno.test("checkEnvironment() bears musl beside glibc, and musl without programs", () => {
  const both = hostOf([...DEBIAN, "usr/lib/ld-musl-x86_64.so.1"], { musl: true, glibc: "2.36" });
  assert.deepEqual(checkEnvironment(GOOD, both).failures, []);
  const musl = hostOf(["lib/ld-musl-x86_64.so.1"], { musl: true });
  assert.deepEqual(checkEnvironment(demandsOf({}), musl).failures, []);
});

Deno.test("checkEnvironment() refuses a base without interpreter and C library", () => {
  const { failures } = checkEnvironment(GOOD, hostOf(["bin/busybox"]));
  assert.deepEqual(failures.map(({ id }) => id), ["base/c-library", "base/c-library"]);
  assert.match(failures[0]!.message, /"bin\/python3\.11" is loaded by "\/lib64\/ld-linux/);
  assert.match(failures[1]!.message, /"bin\/python3\.11" needs "libc\.so\.6"/);
});

Deno.test("checkEnvironment() takes a dangling link for no interpreter", () => {
  const lines = DEBIAN.filter((line) =>
    !line.endsWith("gnu/ld-linux-x86-64.so.2") || / -> /.test(line)
  );
  const { failures } = checkEnvironment(GOOD, hostOf(lines, { glibc: "2.36" }));
  assert.deepEqual(failures.map(({ id }) => id), ["base/c-library"]);
});

Deno.test("checkEnvironment() only warns of programs that nobody finds by their names", () => {
  const demands = demandsOf({ "lib/android/tool": { interpreter: "/system/bin/linker64" } });
  const { failures, warnings } = checkEnvironment(demands, hostOf(DEBIAN, { glibc: "2.36" }));
  assert.deepEqual(failures, []);
  assert.match(warnings[0]!, /"lib\/android\/tool" .* "\/system\/bin\/linker64"/);
});

Deno.test("checkEnvironment() warns of libraries that are nowhere, with a file that needs each", () => {
  const demands = demandsOf({
    "lib/chrome": { needed: ["libnss3.so", "libX11.so.6"] },
    "lib/firefox": { needed: ["libX11.so.6"] },
  });
  const { failures, warnings } = checkEnvironment(demands, hostOf(DEBIAN, { glibc: "2.36" }));
  assert.deepEqual(failures, []);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /^"libX11\.so\.6" is neither .*"lib\/chrome" and 1 more cannot/);
  assert.match(warnings[1]!, /^"libnss3\.so" is neither .*"lib\/chrome" cannot/);
});

Deno.test("checkEnvironment() gathers many missing libraries in one line", () => {
  const needed = Array.from({ length: 12 }, (_, i) => `lib${String.fromCharCode(97 + i)}.so`);
  const { warnings } = checkEnvironment(demandsOf({ "lib/x": { needed } }), hostOf(DEBIAN));
  assert.equal(warnings.length, 9);
  assert.equal(
    warnings[8],
    "4 more libraries are in neither of them: libi.so, libj.so, libk.so, libl.so",
  );
});

Deno.test("checkEnvironment() lists programs for other machines, by machine", () => {
  const files = ["bin/a", "lib/b.so", "lib/c.so", "lib/d.so"];
  const demands = demandsOf({
    ...Object.fromEntries(files.map((file) => [file, { machine: 183 }])),
    "lib/old": { machine: 3 },
  });
  assert.deepEqual(demands.foreign, [
    { machine: "arm64", files: files.slice(0, 3), count: 4 },
    { machine: "386", files: ["lib/old"], count: 1 },
  ]);
  const { failures, warnings } = checkEnvironment(demands, hostOf(DEBIAN, { glibc: "2.36" }));
  assert.deepEqual(failures, []);
  assert.deepEqual(warnings, [
    'the environment has files for arm64, which the image cannot load: "bin/a", "lib/b.so", ' +
    '"lib/c.so", 1 more',
    'the environment has files for 386, which the image cannot load: "lib/old"',
  ]);
});
