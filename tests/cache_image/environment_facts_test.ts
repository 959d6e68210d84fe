import assert from "node:assert/strict";
import {
  type BaseFacts,
  encodeBaseFacts,
  openBase,
  Tree,
  type TreeNode,
} from "../../src/base/mod.ts";
import type { TreeFolder } from "../../src/base/tree.ts";
import { decodeFacts, encodeFacts } from "../../src/cache_image/mod.ts";
import { openLibrary } from "../../src/holotree/mod.ts";
import type { ProgramFacts } from "../../src/programs/mod.ts";

/** Facts as JSON, to be changed. */
// deno-lint-ignore no-explicit-any
type Facts = any;

const ELF: ProgramFacts = {
  kind: "elf",
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  needed: ["libc.so.6"],
  rpath: [],
  runpath: ["$ORIGIN/../lib"],
  glibc: "2.17",
};
const COMMON = { mode: 0o755, uid: 0, gid: 0, mtime: 1.5, layer: 0 };
const SIZED = { ...COMMON, type: "file", size: 3, offset: 512 } as const;
const folder = (children: Readonly<Record<string, TreeNode>>) =>
  ({ ...COMMON, type: "directory", children: new Map(Object.entries(children)) }) as const;
const TREE = new Tree(folder({
  bin: { ...COMMON, type: "symlink", target: "usr/bin" },
  usr: folder({ bin: folder({ sh: SIZED }), "usr-is-merged": SIZED }),
  "usr.txt": SIZED,
}) as TreeFolder);

async function wholeFacts(): Promise<Facts> {
  const library = await openLibrary("tests/fixtures/tiny/hololib.zip");
  const { catalog } = await library.readCatalog("95867f930bb13171");
  const record = { programs: {} };
  const scratch = await openBase("scratch");
  const bytes = encodeFacts({ environment: { catalog, mode: "private" }, record, base: scratch });
  const base: BaseFacts = {
    tree: TREE,
    users: { passwd: [], group: [], passwdText: "root:x:0:0:root:/root:/bin/sh\n", groupText: "" },
    libraries: [{ path: "/lib/libc.so.6", file: "lib/libc.so.6", glibc: "2.36" }],
    doubts: ["a doubt"],
    loader: { cache: { "libz.so.1": "/lib/libz.so.1" }, folders: ["/lib"] },
    release: { id: "debian", version: "12" },
    system: {
      packages: [{ manager: "dpkg", name: "a", version: "1", source: { name: "b" } }],
      unread: ["rpm"],
    },
  };
  return {
    ...JSON.parse(new TextDecoder().decode(bytes)),
    programs: {
      a: ELF,
      b: { kind: "script", interpreter: "/bin/sh" },
      c: { kind: "foreign-elf", machine: "arm64" },
    },
    base: { digest: `sha256:${"0".repeat(64)}`, facts: encodeBaseFacts(base) },
  };
}

const decode = (facts: Facts) => decodeFacts(new TextEncoder().encode(JSON.stringify(facts)));

Deno.test("whole facts are read as they were encoded", async () => {
  const facts = await wholeFacts();
  const { base, record, files } = await decode(facts);
  assert.equal(files, facts.files);
  assert.deepEqual(record.programs, facts.programs);
  assert.deepEqual(encodeBaseFacts(base!.facts), facts.base.facts);
  assert.deepEqual([...base!.facts.tree.entries()].map(([path]) => path), [
    ...["", "bin", "usr", "usr/bin", "usr/bin/sh", "usr/usr-is-merged", "usr.txt"],
  ]);
});

Deno.test("of facts of a base of another version nothing is known", async () => {
  const facts = await wholeFacts();
  facts.base.facts = { version: 0 };
  assert.equal((await decode(facts)).base, undefined);
});

const program = (value: unknown) => (facts: Facts) => facts.programs.a = value;
const ofBase = (field: string, value: unknown) => (facts: Facts) => facts.base.facts[field] = value;
const ofTree = (field: string, value: unknown) => (facts: Facts) =>
  facts.base.facts.tree[field] = value;
const filled = (field: string, value: unknown) => (facts: Facts) =>
  facts.base.facts.tree[field].fill(value);

/** Facts that no build has written. */
const HOSTILE: Readonly<Record<string, (facts: Facts) => unknown>> = {
  "less than no files": (facts) => facts.files = -1,
  "a catalog without a tree": (facts) => facts.catalog.tree = null,
  "a catalog of another path": (facts) => facts.catalog.path = "/etc/../x",
  "a catalog of a name that is no hash": (facts) => facts.catalog.blueprint = "../../x",
  "programs in a list": (facts) => facts.programs = [ELF],
  "a program that is a number": program(5),
  "a program that is null": program(null),
  "a program of an unknown kind": program({ kind: "pe" }),
  "a script without interpreter": program({ kind: "script" }),
  "a machine that is a number": program({ kind: "foreign-elf", machine: 5 }),
  "needed libraries as text": program({ ...ELF, needed: "libc.so.6" }),
  "needed libraries that are numbers": program({ ...ELF, needed: [1] }),
  "no RPATH": program({ ...ELF, rpath: undefined }),
  "an interpreter that is a number": program({ ...ELF, interpreter: 3 }),
  "a version of glibc that is none": program({ ...ELF, glibc: "newest" }),
  "a base without facts": (facts) => facts.base.facts = { version: facts.base.facts.version },
  "doubts that are a number": ofBase("doubts", 5),
  "no accounts": ofBase("accounts", null),
  "accounts without groups": ofBase("accounts", { passwd: "" }),
  "libraries that are numbers": ofBase("libraries", [1]),
  "a library of version {}": ofBase("libraries", [{ path: "/a", file: "a", glibc: {} }]),
  "no loader": ofBase("loader", null),
  "a loader without cache": ofBase("loader", { cache: null, folders: [] }),
  "a loader's cache of numbers": ofBase("loader", { cache: { a: 1 }, folders: [] }),
  "a loader's folders of numbers": ofBase("loader", { cache: {}, folders: [1] }),
  "a release without version": ofBase("release", { id: "debian" }),
  "no packages": ofBase("system", {}),
  "packages that are null": ofBase("system", { packages: [null], unread: [] }),
  "an unknown database": ofBase("system", { packages: [], unread: ["pacman"] }),
  "a tree that is null": ofBase("tree", null),
  "a tree without its root": ofTree("types", ""),
  "a root that is a file": (facts) =>
    facts.base.facts.tree.types = facts.base.facts.tree.types.replace("d", "f"),
  "entries of an unknown type": ofTree("types", "dxxxxxx"),
  "more types than entries": (facts) => facts.base.facts.tree.types += "p",
  "a negative length": filled("shared", -1),
  "a length beyond the path before": filled("shared", 99),
  "names that are numbers": filled("rest", 5),
  "a name that leaves its folder": (facts) => facts.base.facts.tree.rest[1] = "..",
  "an entry in a folder that is not there": (facts) => facts.base.facts.tree.rest[1] = "no/bin",
  "an entry in a file": (facts) => facts.base.facts.tree.rest[5] = "bin/sh/x",
  "an absolute path": (facts) => facts.base.facts.tree.rest[1] = "/bin",
  "a path longer than any": (facts) => facts.base.facts.tree.rest[1] = "x".repeat(4097),
  "owners beyond their list": filled("owner", 99),
  "owners that are none": filled("owners", [0, 0]),
  "times that are text": filled("mtime", "now"),
  "layers below none": filled("layer", -2),
  "too few sizes": ofTree("size", []),
  "negative sizes": filled("size", -1),
  "too few offsets": ofTree("offset", []),
  "links without targets": ofTree("target", []),
  "targets that are numbers": filled("target", 1),
};

for (const [name, change] of Object.entries(HOSTILE)) {
  Deno.test(`facts are refused with ${name}`, async () => {
    const facts = await wholeFacts();
    change(facts);
    await assert.rejects(decode(facts), SyntaxError);
  });
}
