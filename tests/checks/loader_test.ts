/** Cases of ld.so(8), each told to the loader's own rules; tests/e2e/loader_test.ts asks it itself. */
import assert from "node:assert/strict";
import { NO_LOADER } from "../../src/base/loader_facts.ts";
import { relocateFacts, startPrograms } from "../../src/checks/mod.ts";
import { Loader, type LoaderOptions } from "../../src/checks/loader.ts";
import { missingLibraries } from "../../src/checks/missing_libraries.ts";
import type { ElfFacts } from "../../src/programs/mod.ts";
import type { ElfSpec } from "../support/elf_of.ts";
import { environmentOf, factsOf, FOLDER, type Programs, treeOf } from "./places.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";
const BASE = treeOf(
  ...["libc.so.6", "libz.so.1"].map((name) => `lib/x86_64-linux-gnu/${name}`),
  "opt/vendor/lib/libvendor.so.1",
  "usr/local/lib/libconf.so.1",
  "usr/local/lib/libleft.so.1",
);
const CACHE = { "libconf.so.1": "/usr/local/lib/libconf.so.1", "libgone.so.1": "/gone" };

interface Told extends Partial<Pick<LoaderOptions, "libraryPath">> {
  readonly links?: readonly string[];
}

/** Where each library is found that a program asks for, directly or not; `-` for nowhere. */
function listOf(file: string, programs: Programs, { links = [], libraryPath = [] }: Told = {}) {
  const elves = elvesOf(programs);
  const { files } = environmentOf(programs, { tree: BASE, links });
  const base = { ...NO_LOADER, cache: CACHE };
  const find = (path: string) => files.find(path);
  const loader = new Loader({ find, facts: (own) => elves.get(own), base, libraryPath });
  const process = loader.load({ path: `${FOLDER}/${file}`, own: file });
  return Object.fromEntries([
    ...process.loaded.slice(1).map(({ file: { own, path } }) =>
      [(own ?? path).split("/").at(-1)!, own ?? path] as const
    ),
    ...process.missing.map(({ name }) => [name, "-"] as const),
  ]);
}

function elvesOf(programs: Programs): ReadonlyMap<string, ElfFacts> {
  return new Map(
    [...factsOf(programs)].flatMap(([path, facts]) => facts.kind === "elf" ? [[path, facts]] : []),
  );
}

/** What becomes of one library that lies in `lib`, and is asked for by `bin/x`. */
function found(spec: ElfSpec, told?: Told): string {
  const programs = {
    "bin/x": { interpreter: LOADER, needed: ["liba.so"], ...spec },
    "lib/liba.so": {},
  };
  return listOf("bin/x", programs, told)["liba.so"]!;
}

Deno.test("a library that lies somewhere in the environment is not found by that alone", () => {
  assert.equal(found({}), "-");
  assert.equal(found({ runpath: "/elsewhere/lib" }), "-");
  assert.equal(found({ runpath: "$ORIGIN" }), "-");
});

Deno.test("RPATH and RUNPATH know $ORIGIN, ${ORIGIN} and several folders", () => {
  for (
    const folder of ["$ORIGIN/../lib", "${ORIGIN}/../lib", `/x:${FOLDER}/lib`, "$ORIGIN/../lib/"]
  ) {
    assert.equal(found({ rpath: folder }), "lib/liba.so", folder);
    assert.equal(found({ runpath: folder }), "lib/liba.so", folder);
  }
  assert.equal(found({ runpath: "$ORIGINAL/../lib" }), "-");
});

Deno.test("with RUNPATH, RPATH counts for nothing", () => {
  assert.equal(found({ rpath: "$ORIGIN/../lib", runpath: "/x" }), "-");
});

Deno.test("LD_LIBRARY_PATH comes after RPATH and before RUNPATH", () => {
  assert.equal(found({}, { libraryPath: [`${FOLDER}/lib`] }), "lib/liba.so");
  const both = (spec: ElfSpec) =>
    listOf("bin/x", {
      "bin/x": { needed: ["liba.so"], ...spec },
      "one/liba.so": {},
      "two/liba.so": {},
    }, { libraryPath: [`${FOLDER}/two`] })["liba.so"];
  assert.equal(both({ rpath: "$ORIGIN/../one" }), "one/liba.so");
  assert.equal(both({ runpath: "$ORIGIN/../one" }), "two/liba.so");
});

Deno.test("RPATH is handed down to what is loaded, RUNPATH is not", () => {
  const chain = (spec: ElfSpec, inner: ElfSpec = {}) =>
    listOf("bin/x", {
      "bin/x": { needed: ["liba.so"], ...spec },
      "lib/liba.so": { needed: ["libb.so"], ...inner },
      "lib/libb.so": {},
    });
  const all = { "liba.so": "lib/liba.so", "libb.so": "lib/libb.so" };
  assert.deepEqual(chain({ rpath: "$ORIGIN/../lib" }), all);
  assert.deepEqual(chain({ runpath: "$ORIGIN/../lib" }), { ...all, "libb.so": "-" });
  assert.deepEqual(chain({ runpath: "$ORIGIN/../lib" }, { runpath: "$ORIGIN" }), all);
  // One that says where to look itself is not helped by those above it.
  assert.deepEqual(chain({ rpath: "$ORIGIN/../lib" }, { runpath: "/x" }), {
    ...all,
    "libb.so": "-",
  });
});

Deno.test("what is loaded already is not looked for, under the name it gives itself", () => {
  const programs: Programs = {
    "bin/x": { needed: ["libone.so.1.2", "libtwo.so"], rpath: "$ORIGIN/../lib" },
    "lib/libone.so.1.2": { soname: "libone.so.1" },
    "lib/libtwo.so": { needed: ["libone.so.1"], runpath: "/x" },
  };
  assert.deepEqual(listOf("bin/x", programs), {
    "libone.so.1.2": "lib/libone.so.1.2",
    "libtwo.so": "lib/libtwo.so",
  });
});

Deno.test("the base's folders, and its cache, are looked into last", () => {
  const programs: Programs = {
    "bin/x": {
      needed: ["libc.so.6", "libz.so.1", "libconf.so.1", "libleft.so.1", "libgone.so.1"],
      runpath: "$ORIGIN/../lib",
    },
    "lib/libz.so.1": {},
  };
  assert.deepEqual(listOf("bin/x", programs), {
    "libz.so.1": "lib/libz.so.1",
    "libc.so.6": "/lib/x86_64-linux-gnu/libc.so.6",
    "libconf.so.1": "/usr/local/lib/libconf.so.1",
    "libleft.so.1": "-",
    "libgone.so.1": "-",
  });
});

Deno.test("a name with a slash is a path", () => {
  assert.equal(found({ needed: [`${FOLDER}/lib/liba.so`] }), "lib/liba.so");
  const vendor = { needed: ["/opt/vendor/lib/libvendor.so.1"] };
  assert.deepEqual(listOf("bin/x", { "bin/x": vendor }), {
    "libvendor.so.1": "/opt/vendor/lib/libvendor.so.1",
  });
  assert.deepEqual(listOf("bin/x", { "bin/x": { needed: ["/opt/no.so"] } }), { "/opt/no.so": "-" });
});

Deno.test("symlinks lead to libraries, and $ORIGIN is the folder of the link", () => {
  const programs: Programs = {
    "bin/x": { needed: ["liba.so.1"], runpath: "$ORIGIN/../lib" },
    "store/liba.so.1.2": { needed: ["libb.so"], runpath: "$ORIGIN" },
    "lib/libb.so": {},
  };
  assert.deepEqual(
    listOf("bin/x", programs, { links: ["lib/liba.so.1 -> ../store/liba.so.1.2"] }),
    {
      "liba.so.1.2": "store/liba.so.1.2",
      "libb.so": "lib/libb.so",
    },
  );
});

Deno.test("what is for other machines, or no library, is passed over", () => {
  const programs: Programs = {
    "bin/x": { needed: ["liba.so", "libtext.so"], runpath: "$ORIGIN/../arm:$ORIGIN/../lib" },
    "arm/liba.so": { machine: 183 },
    "lib/liba.so": {},
    "lib/libtext.so": "#!/bin/sh\n",
  };
  assert.deepEqual(listOf("bin/x", programs), { "liba.so": "lib/liba.so", "libtext.so": "-" });
});

Deno.test("relocateFacts() moves what a program says of the place it was built at", () => {
  const built = factsOf({
    "bin/x": { interpreter: "/old/ld.so", needed: ["/old/lib/a.so"], runpath: "/old/lib:/x" },
  }).get("bin/x")!;
  assert.deepEqual(relocateFacts(built, { from: "/old", to: "/new" }), {
    kind: "elf",
    interpreter: "/new/ld.so",
    needed: ["/new/lib/a.so"],
    rpath: [],
    runpath: ["/new/lib", "/x"],
  });
});

/** What is missing, each with those that ask for it. */
function missingOf(
  programs: Programs,
  python = "bin/python3.11",
): Record<string, readonly string[]> {
  const { files } = environmentOf(programs, { tree: BASE });
  const options = { files, folder: FOLDER, base: NO_LOADER, libraryPath: [], python };
  return Object.fromEntries(
    missingLibraries(elvesOf(programs), options).map(({ name, askedBy }) => [name, askedBy]),
  );
}

const PYTHON: ElfSpec = { interpreter: LOADER, needed: ["libpython.so"], rpath: "$ORIGIN/../lib" };

Deno.test("missingLibraries() has Python load what nothing else loads", () => {
  const programs: Programs = {
    "bin/python3.11": PYTHON,
    "lib/libpython.so": {},
    "lib/libssl.so.3": {},
    // By Python's RPATH, and because Python has it already.
    "lib/python3.11/_ssl.so": { needed: ["libssl.so.3"] },
    "lib/python3.11/x.so": { needed: ["libpython.so"], runpath: "/x" },
    "lib/python3.11/y.so": { needed: ["libssl.so.3"], runpath: "/x" },
  };
  assert.deepEqual(missingOf(programs), { "libssl.so.3": ["lib/python3.11/y.so"] });
});

Deno.test("missingLibraries() judges a library by what loads it", () => {
  const programs: Programs = {
    "site/a.so": { needed: ["libgfortran.so"], rpath: "$ORIGIN/libs" },
    // Says nothing itself, as those of scipy do.
    "site/libs/libgfortran.so": { needed: ["libquadmath.so"] },
    "site/libs/libquadmath.so": {},
  };
  assert.deepEqual(missingOf(programs), {});
});

Deno.test("missingLibraries() passes over no library because others ask for it in a circle", () => {
  const programs: Programs = {
    "site/a.so": { needed: ["b.so", "libnone.so"], runpath: "$ORIGIN" },
    "site/b.so": { needed: ["a.so"], runpath: "$ORIGIN" },
  };
  assert.deepEqual(missingOf(programs), { "libnone.so": ["site/a.so"] });
});

Deno.test("startPrograms() follows a script to its interpreter and that to its libraries", () => {
  const programs: Programs = {
    "bin/robot": `#!${FOLDER}/bin/python3 -s\n`,
    "bin/other": "#!/usr/bin/env python3\n",
    "bin/python3.11": PYTHON,
    "lib/libpython.so": { needed: ["libc.so.6"] },
  };
  const { files } = environmentOf(programs, {
    tree: BASE,
    links: ["bin/python3 -> python3.11"],
  });
  const all = factsOf(programs);
  for (const command of ["bin/robot", "bin/other", "bin/python3"]) {
    const known = new Map<string, ReturnType<typeof all.get>>();
    const asked: string[][] = [];
    for (;;) {
      const at = { folder: FOLDER, files, base: NO_LOADER, libraryPath: [], known };
      const { programs, wanted } = startPrograms(command, at);
      if (wanted.length === 0) {
        assert.deepEqual(programs, ["bin/python3.11"]);
        break;
      }
      asked.push([...wanted]);
      for (const path of wanted) known.set(path, all.get(path));
    }
    assert.deepEqual(asked.slice(-2), [["bin/python3.11"], ["lib/libpython.so"]]);
  }
});

Deno.test("startPrograms() ends where scripts run one another", () => {
  const programs: Programs = { "bin/a": `#!${FOLDER}/bin/b\n`, "bin/b": `#!${FOLDER}/bin/a\n` };
  const { files } = environmentOf(programs);
  const at = { folder: FOLDER, files, base: NO_LOADER, libraryPath: [], known: factsOf(programs) };
  for (const command of ["bin/a", "bin/none"]) {
    assert.deepEqual(startPrograms(command, at), { programs: [], wanted: [] });
  }
});
