import assert from "node:assert/strict";
import fc from "fast-check";
import { compareVersions, isProgram, programFacts, ProgramScan } from "../../src/programs/mod.ts";
import { elfOf, type ElfSpec } from "../support/elf_of.ts";
import { toolTest } from "../support/tools.ts";

const PYTHON: ElfSpec = {
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  needed: ["libpthread.so.0", "libc.so.6"],
  runpath: "$ORIGIN/../lib:/opt/lib",
  versions: { "libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.17"], "libpthread.so.0": ["GLIBC_2.3.3"] },
};

/** In as many passes as the scan asks for. */
function scan(bytes: Uint8Array, chunkSize: number) {
  const program = new ProgramScan(bytes.length);
  let passes = 0;
  while (!program.isDone) {
    program.begin();
    passes++;
    for (let at = 0; at < bytes.length && !program.isDone; at += chunkSize) {
      program.update(bytes.slice(at, at + chunkSize));
    }
  }
  return { facts: program.facts, passes };
}

Deno.test("programFacts() reads what an ELF program asks for", () => {
  assert.deepEqual(programFacts(elfOf(PYTHON)), {
    kind: "elf",
    interpreter: "/lib64/ld-linux-x86-64.so.2",
    needed: ["libpthread.so.0", "libc.so.6"],
    rpath: [],
    runpath: ["$ORIGIN/../lib", "/opt/lib"],
    glibc: "2.17",
  });
});

Deno.test("programFacts() reads the name of a library, and both kinds of folders", () => {
  const library = elfOf({ soname: "libz.so.1", rpath: "/old", runpath: "/new" });
  assert.deepEqual(programFacts(library), {
    kind: "elf",
    needed: [],
    soname: "libz.so.1",
    rpath: ["/old"],
    runpath: ["/new"],
  });
});

Deno.test("programFacts() compares versions by their numbers", () => {
  const versions = { "libc.so.6": ["GLIBC_2.9", "GLIBC_2.34", "GLIBC_2.4", "GLIBC_PRIVATE"] };
  assert.equal(glibcOf({ versions }), "2.34");
});

Deno.test("programFacts() passes over versions that need not be there", () => {
  const versions = { "libc.so.6": ["GLIBC_2.4", "GLIBC_2.38"] };
  assert.equal(glibcOf({ versions, weak: ["GLIBC_2.38"] }), "2.4");
});

Deno.test("programFacts() takes packed relocations for the version that they came with", () => {
  assert.equal(glibcOf({ versions: { "libc.so.6": ["GLIBC_ABI_DT_RELR"] } }), "2.36");
  const versions = { "libc.so.6": ["GLIBC_ABI_DT_RELR", "GLIBC_2.38"] };
  assert.equal(glibcOf({ versions }), "2.38");
});

Deno.test("programFacts() knows no version of other libraries", () => {
  assert.equal(
    glibcOf({ versions: { "libstdc++.so.6": ["GLIBCXX_3.4.30", "CXXABI_1.3"] } }),
    undefined,
  );
  assert.equal(glibcOf({ needed: ["libc.so.6"] }), undefined);
});

function glibcOf(spec: ElfSpec): string | undefined {
  const facts = programFacts(elfOf(spec));
  assert.equal(facts?.kind, "elf");
  return facts.glibc;
}

Deno.test("programFacts() says of programs for other machines that they are such", () => {
  for (const [machine, name] of [[3, "386"], [40, "arm"], [183, "arm64"]] as const) {
    const facts = programFacts(elfOf({ ...PYTHON, machine }));
    assert.deepEqual(facts, { kind: "foreign-elf", machine: name });
  }
  const bigEndian = elfOf({ type: 0x0300, machine: 0x1600 });
  bigEndian[5] = 2;
  assert.deepEqual(programFacts(bigEndian), { kind: "foreign-elf", machine: "s390x" });
});

Deno.test("programFacts() has nothing to say of objects, and of what runs on no processor", () => {
  assert.equal(programFacts(elfOf({ ...PYTHON, type: 1 })), undefined);
  assert.equal(programFacts(elfOf({ ...PYTHON, type: 1, machine: 183 })), undefined);
  assert.equal(programFacts(elfOf({ ...PYTHON, machine: 190 })), undefined);
});

Deno.test("programFacts() reads the first line of a script", () => {
  const interpreterOf = (text: string) => {
    const facts = programFacts(new TextEncoder().encode(text));
    return facts?.kind === "script" ? facts.interpreter : undefined;
  };
  assert.equal(interpreterOf("#!/bin/sh\necho\n"), "/bin/sh");
  assert.equal(interpreterOf("#! /usr/bin/env python \r\n"), "/usr/bin/env python");
  assert.equal(interpreterOf("#!/bin/sh"), "/bin/sh");
  assert.equal(interpreterOf("#!\n/bin/sh\n"), undefined);
  assert.equal(interpreterOf("# !/bin/sh\n"), undefined);
  assert.equal(interpreterOf(`#!/${"x".repeat(400)}\n`), `/${"x".repeat(253)}`);
});

Deno.test("isProgram() tells by the first bytes", () => {
  assert.ok(isProgram(elfOf({})));
  assert.ok(isProgram(new TextEncoder().encode("#!/bin/sh")));
  for (const text of ["", "#", "\x7f", "\x7fEL", "\x7fELG", "PK\x03\x04"]) {
    assert.ok(!isProgram(new TextEncoder().encode(text)), text);
  }
});

Deno.test("ProgramScan finds in chunks of any size what programFacts() finds", () => {
  for (const dynamicFirst of [true, false]) {
    const bytes = elfOf({ ...PYTHON, dynamicFirst, gaps: { names: 3000, dynamic: 5000 } });
    for (const size of [1, 2, 7, 63, 64, 65, 255, 256, 257, 1000, 4096, bytes.length]) {
      const { facts, passes } = scan(bytes, size);
      assert.deepEqual(facts, programFacts(bytes), `chunks of ${size}`);
      assert.equal(passes, 1);
    }
  }
});

Deno.test("ProgramScan asks for another pass when names have passed before they were known", () => {
  const gaps = { names: 5 * 1024 * 1024, dynamic: 1024 * 1024 };
  const bytes = elfOf({ ...PYTHON, gaps });
  const { facts, passes } = scan(bytes, 1024 * 1024);
  assert.deepEqual(facts, programFacts(bytes));
  assert.ok(passes === 2 || passes === 3, `${passes} passes`);
});

Deno.test("ProgramScan needs one pass when the names come after what says where they are", () => {
  const gaps = { names: 5 * 1024 * 1024 };
  const bytes = elfOf({ ...PYTHON, gaps, dynamicFirst: true });
  assert.deepEqual(scan(bytes, 100_000), { facts: programFacts(bytes), passes: 1 });
});

Deno.test("damaged programs end the reading, and never throw", () => {
  const whole = elfOf(PYTHON);
  const damage = fc.record({
    length: fc.integer({ min: 0, max: whole.length }),
    bytes: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 }),
    chunk: fc.integer({ min: 1, max: whole.length }),
  });
  fc.assert(
    fc.property(damage, ({ length, bytes, chunk }) => {
      const damaged = whole.slice();
      for (const [at, value] of bytes) damaged[at] = value;
      const cut = damaged.subarray(0, length);
      assert.deepEqual(scan(cut, chunk).facts, programFacts(cut));
    }),
    { numRuns: 2000 },
  );
});

toolTest({
  name: "ProgramScan reads the program that runs this test",
  needs: [],
  on: ["linux/amd64"],
}, async () => {
  const bytes = await Deno.readFile(Deno.execPath());
  const { facts } = scan(bytes, 1024 * 1024);
  assert.deepEqual(facts, programFacts(bytes));
  assert.ok(facts?.kind === "elf");
  assert.equal(facts.interpreter, "/lib64/ld-linux-x86-64.so.2");
  assert.ok(facts.needed.includes("libc.so.6"));
});

Deno.test("compareVersions() compares numbers, not texts", () => {
  assert.ok(compareVersions("2.9", "2.34") < 0);
  assert.ok(compareVersions("2.34", "2.4") > 0);
  assert.ok(compareVersions("3.0", "2.99") > 0);
  assert.equal(compareVersions("2.17", "2.17"), 0);
});
