import assert from "node:assert/strict";
import { checkEnvironment, foreignInterpreters } from "../../src/checks/mod.ts";
import { environmentRequirements } from "../../src/checks/requirements.ts";
import type { ElfSpec } from "../support/elf_of.ts";
import { environmentOf, factsOf, FOLDER, hostOf, type Programs } from "./places.ts";

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

function demandsOf(programs: Programs) {
  return environmentRequirements(factsOf(programs), FOLDER);
}

/** What is found of these programs on a base; Debian's when none is given. */
function check(programs: Programs, base = hostOf(DEBIAN, { glibc: "2.36" })) {
  return checkEnvironment(environmentOf(programs, { tree: base.tree }), base);
}

const PYTHON: ElfSpec = {
  interpreter: LOADER,
  needed: ["libpython3.11.so.1.0", "libc.so.6"],
  rpath: "$ORIGIN/../lib",
  versions: { "libc.so.6": ["GLIBC_2.17"] },
};

Deno.test("environmentRequirements() asks for nothing that the environment brings", () => {
  const { elves: _, ...requirements } = demandsOf({
    "bin/python3.11": PYTHON,
    "bin/own-loader": { interpreter: `${FOLDER}/lib/ld.so` },
    "lib/libpython3.11.so.1.0": { needed: ["libz.so.1", "libc.so.6"] },
  });
  assert.deepEqual(requirements, {
    interpreters: [{ path: LOADER, file: "bin/python3.11", isOnPath: true }],
    glibc: { version: "2.17", file: "bin/python3.11" },
    foreign: [],
  });
});

Deno.test("environmentRequirements() names a program of bin for an interpreter where there is one", () => {
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

Deno.test("environmentRequirements() passes over what packages bring along for musl", () => {
  const { elves, ...requirements } = demandsOf({
    "lib/node_modules/x/musl.node": { needed: ["libc.musl-x86_64.so.1", "libfoo.so"] },
    "lib/node_modules/x/tool": { interpreter: "/lib/ld-musl-x86_64.so.1" },
  });
  assert.deepEqual([[...elves], requirements], [[], { interpreters: [], foreign: [] }]);
});

Deno.test("foreignInterpreters() has those of scripts in bin that are not the environment's", () => {
  const programs = factsOf({
    "bin/tool": "#!/bin/sh\n",
    "bin/other": "#!/usr/bin/env perl\n",
    "bin/pip": `#!${FOLDER}/bin/python\n`,
    "lib/script": "#!/bin/bash\n",
  });
  assert.deepEqual(foreignInterpreters(programs, FOLDER), {
    tool: "/bin/sh",
    other: "/usr/bin/env perl",
  });
});

const GOOD: Programs = {
  "bin/python3.11": PYTHON,
  "lib/libpython3.11.so.1.0": { needed: ["libm.so.6", "libz.so.1", LOADER] },
  "lib/vendor.so": { needed: ["libvendor.so.1"], runpath: "/opt/vendor/lib" },
};

Deno.test("checkEnvironment() finds nothing wrong with the right base", () => {
  const { failures, warnings } = check(GOOD);
  assert.deepEqual([failures, warnings], [[], []]);
});

Deno.test("checkEnvironment() bears a base whose version is just the one", () => {
  assert.deepEqual(check(GOOD, hostOf(DEBIAN, { glibc: "2.17" })).failures, []);
});

Deno.test("checkEnvironment() refuses an older glibc, and says which file needs the newer", () => {
  const { failures } = check(GOOD, hostOf(DEBIAN, { glibc: "2.9" }));
  assert.deepEqual(failures.map(({ id, message }) => [id, message]), [[
    "base/glibc-version",
    `failed to start the environment on base image "base": "bin/python3.11" needs glibc 2.17, and ` +
    `the base has 2.9, use a newer one, such as "debian:stable-slim"`,
  ]]);
});

Deno.test("checkEnvironment() refuses a base of musl, and says why", () => {
  const base = hostOf(["lib/ld-musl-x86_64.so.1", "lib/libc.musl-x86_64.so.1"], { musl: true });
  const { failures, warnings } = check(GOOD, base);
  assert.deepEqual(failures.map(({ id }) => id), ["base/musl"]);
  assert.match(failures[0]!.message, /C library is musl.* "bin\/python3\.11" is made for glibc/);
  assert.deepEqual(warnings, []);
});

Deno.test("checkEnvironment() bears musl beside glibc, and musl without programs", () => {
  const both = hostOf([...DEBIAN, "usr/lib/ld-musl-x86_64.so.1"], { musl: true, glibc: "2.36" });
  assert.deepEqual(check(GOOD, both).failures, []);
  const musl = hostOf(["lib/ld-musl-x86_64.so.1"], { musl: true });
  assert.deepEqual(check({}, musl).failures, []);
});

Deno.test("checkEnvironment() refuses a base without interpreter and C library", () => {
  const { failures } = check(GOOD, hostOf(["bin/busybox"]));
  assert.deepEqual(failures.map(({ id }) => id), ["base/c-library", "base/c-library"]);
  assert.match(failures[0]!.message, /"bin\/python3\.11" is loaded by "\/lib64\/ld-linux/);
  assert.match(failures[1]!.message, /"bin\/python3\.11" needs "libc\.so\.6"/);
});

Deno.test("checkEnvironment() takes a dangling link for no interpreter", () => {
  const lines = DEBIAN.filter((line) =>
    !line.endsWith("gnu/ld-linux-x86-64.so.2") || / -> /.test(line)
  );
  const { failures } = check(GOOD, hostOf(lines, { glibc: "2.36" }));
  assert.deepEqual(failures.map(({ id }) => id), ["base/c-library"]);
});

Deno.test("checkEnvironment() only warns of programs that nobody finds by their names", () => {
  const programs: Programs = { "lib/android/tool": { interpreter: "/system/bin/linker64" } };
  const { failures, warnings } = check(programs);
  assert.deepEqual(failures, []);
  assert.match(warnings[0]!, /"lib\/android\/tool" .* "\/system\/bin\/linker64"/);
});

Deno.test("checkEnvironment() warns of libraries that are nowhere, with a file that needs each", () => {
  const programs: Programs = {
    "lib/chrome": { needed: ["libnss3.so", "libX11.so.6"] },
    "lib/firefox": { needed: ["libX11.so.6"] },
  };
  const { failures, warnings } = check(programs);
  assert.deepEqual(failures, []);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /^"libX11\.so\.6" is neither .*"lib\/chrome" and 1 more cannot/);
  assert.match(warnings[1]!, /^"libnss3\.so" is neither .*"lib\/chrome" cannot/);
});

Deno.test("checkEnvironment() gathers many missing libraries in one line", () => {
  const needed = Array.from({ length: 12 }, (_, i) => `lib${String.fromCharCode(97 + i)}.so`);
  const { warnings } = check({ "lib/x": { needed } }, hostOf(DEBIAN));
  assert.equal(warnings.length, 9);
  assert.equal(
    warnings[8],
    "4 more libraries would not be found: libi.so, libj.so, libk.so, libl.so",
  );
});

Deno.test("checkEnvironment() names first what Python imports and what is a program", () => {
  const plugins = Array.from({ length: 12 }, (_, i) => `liba${i}.so`);
  const { warnings } = check({
    "qt/plugins/libplugin.so": { needed: plugins },
    "site/pyodbc.cpython-311-x86_64-linux-gnu.so": { needed: ["libodbc.so.2"] },
    "site/driver/tool": { interpreter: LOADER, needed: ["libxyz.so"] },
  });
  assert.match(warnings[0]!, /^"libodbc\.so\.2" .* package libodbc2/);
  assert.match(warnings[1]!, /^"libxyz\.so" /);
  assert.match(warnings.at(-1)!, /^6 more libraries .*: liba4\.so/);
});

Deno.test("checkEnvironment() lists programs for other machines, by machine", () => {
  const files = ["bin/a", "lib/b.so", "lib/c.so", "lib/d.so"];
  const programs: Programs = {
    ...Object.fromEntries(files.map((file) => [file, { machine: 183 }])),
    "lib/old": { machine: 3 },
  };
  assert.deepEqual(demandsOf(programs).foreign, [
    { machine: "arm64", files: files.slice(0, 3), count: 4 },
    { machine: "386", files: ["lib/old"], count: 1 },
  ]);
  const { failures, warnings } = check(programs);
  assert.deepEqual(failures, []);
  assert.deepEqual(warnings, [
    'the environment has files for arm64, which the image cannot load: "bin/a", "lib/b.so", ' +
    '"lib/c.so", 1 more',
    'the environment has files for 386, which the image cannot load: "lib/old"',
  ]);
});
