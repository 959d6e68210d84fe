import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path/posix";
import { fileURLToPath } from "node:url";

/** What a room may import of the others, as in docs/architecture.md. The {@linkcode OPEN} are not listed. */
interface Room {
  readonly imports: readonly string[];
  /** Only types, so that nothing of the other rooms is run. */
  readonly typesOnly?: boolean;
  /** Those that are run all the same. */
  readonly runs?: readonly string[];
  /** Without any way to the outside: no files, no network, no processes. */
  readonly pure?: boolean;
}

const ROOMS: Readonly<Record<string, Room>> = {
  failure: { imports: [], pure: true },
  bytes: { imports: [] },
  children: { imports: [] },
  files: { imports: ["bytes"] },
  http: { imports: ["bytes", "files"] },
  tar: { imports: ["bytes"] },
  programs: { imports: [], pure: true },
  wasm: { imports: [], pure: true },
  compression: { imports: ["bytes", "wasm"] },
  packing: { imports: ["bytes", "files", "tar", "programs", "wasm", "compression"] },
  oci: { imports: ["bytes"] },
  store: { imports: ["bytes", "files", "oci", "tar"] },
  registry: { imports: ["bytes", "children", "files", "http", "oci"] },
  robot: { imports: ["children", "files"] },
  holotree: { imports: ["bytes", "files", "compression", "packing", "tar", "robot"] },
  layers: { imports: ["holotree"], pure: true },
  rcc: { imports: ["bytes", "children", "files", "http", "robot", "holotree"] },
  base: { imports: ["bytes", "tar", "compression", "oci", "store", "registry"] },
  checks: {
    imports: [
      ...["bytes", "files", "http", "tar", "programs", "compression", "packing", "oci", "store"],
      ...["registry", "robot", "holotree", "rcc", "base"],
    ],
    typesOnly: true,
    runs: ["bytes", "programs", "compression"],
    pure: true,
  },
  plan: {
    imports: [
      ...["compression", "packing", "robot", "holotree", "layers", "base", "tar", "oci", "init"],
      ...["bytecode"],
    ],
    pure: true,
  },
  init: { imports: [], pure: true },
  evidence: { imports: [], pure: true },
  dockerfile: { imports: ["plan", "init"], pure: true },
  bytecode: {
    imports: ["bytes", "children", "files", "holotree", "packing", "programs", "tar"],
  },
  cache_image: {
    imports: [
      ...["bytes", "compression", "tar", "programs", "oci", "store", "holotree", "base", "plan"],
    ],
  },
  compare: {
    imports: ["bytes", "tar", "compression", "oci", "holotree", "layers", "plan"],
  },
  image: {
    imports: ["bytes", "tar", "bytecode", "compression", "packing", "oci", "store", "plan"],
  },
  output: { imports: ["bytes", "children", "files", "image", "oci", "store", "registry", "tar"] },
  inspect: {
    imports: [
      ...["bytes", "tar", "compression", "oci", "store", "registry", "base", "plan", "evidence"],
    ],
  },
  report: {
    imports: [
      ...["bytes", "files", "http", "tar", "compression", "packing", "oci", "store", "registry"],
      ...["robot", "holotree", "rcc", "base", "checks", "plan", "dockerfile", "image", "output"],
      ...["inspect", "evidence", "compare", "color.ts"],
    ],
    typesOnly: true,
    runs: ["bytes", "color.ts"],
  },
  build: {
    imports: [
      ...["bytes", "files", "http", "compression", "packing", "programs", "oci", "store"],
      ...["registry", "robot", "holotree", "rcc", "base", "checks", "plan", "dockerfile", "image"],
      ...["output", "inspect", "report", "cache_image", "evidence", "bytecode", "compare"],
      ...["layers"],
    ],
  },
  cli: {
    imports: [
      ...["files", "compression", "oci", "store", "registry", "base", "plan", "image", "output"],
      ...["inspect", "report", "manual", "build", "evidence", "color.ts"],
    ],
  },
  manual: { imports: [], pure: true },
  help: { imports: [], pure: true },
  "main.ts": { imports: ["cli", "report", "packing", "help", "color.ts"] },
  "color.ts": { imports: [], pure: true },
  "version.ts": { imports: [] },
};

/** What every room may import. */
const OPEN = ["failure", "version.ts"];

/** What a pure room may take of the runtime: paths, texts and hashes. */
const PURE_MODULES = ["node:path", "node:path/posix", "node:util", "node:crypto"];

const ENTRY = "another room is entered by its mod.ts";

/** A file longer than this holds two ideas. */
const LONGEST_FILE = 300;

interface Import {
  readonly from: string;
  readonly isType: boolean;
}

Deno.test("a file imports only what its room may import", () => {
  assert.deepEqual(SOURCES.flatMap(importOffences), []);
});

Deno.test("every folder of src is a room of the table, with its mod.ts", () => {
  const rooms = new Set(SOURCES.map(({ path }) => roomOf(path)));
  assert.deepEqual([...rooms].filter((room) => ROOMS[room] === undefined), []);
  const doors = [...rooms].filter((room) => !room.endsWith(".ts")).map((room) => `${room}/mod.ts`);
  assert.deepEqual(doors.filter((door) => !SOURCES.some(({ path }) => path === door)), []);
});

Deno.test("docs/architecture.md has the same rooms, with what they may import", async () => {
  const page = await Deno.readTextFile(join(ROOT, "docs", "architecture.md"));
  const rows = [...page.matchAll(/^\| `(\w+)` +\|[^|]*\| ([\w.,: ]+) \|$/gm)];
  const documented = rows.map(([, room, imports]) => [room!, imports!.trim()]);
  const ruled = Object.entries(ROOMS).filter(([room]) => !room.endsWith(".ts"))
    .map(([room, { imports }]) => [room, imports.length === 0 ? "nothing" : imports.join(", ")]);
  assert.deepEqual(documented.sort(), ruled.sort());
});

Deno.test("the namespace Deno is used in src/files and src/main.ts alone", () => {
  const users = ["files", "main.ts"];
  assert.deepEqual(uses(/(?<!")\bDeno\./, (path) => users.includes(roomOf(path))), []);
});

Deno.test("only src/children starts programs", () => {
  const starts = /^import (?!type ).*node:child_process/m;
  assert.deepEqual(uses(starts, (path) => roomOf(path) === "children"), []);
});

Deno.test("only src/report prints", () => {
  const prints = /\bconsole\s*\.|\bprocess\.std(out|err)\b/;
  assert.deepEqual(uses(prints, (path) => roomOf(path) === "report"), []);
});

Deno.test("a room holds files that can be read in one sitting", () => {
  const long = SOURCES.map(({ path, text }) => ({ path, lines: text.split("\n").length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `src/${path} has ${lines} lines, more than ${LONGEST_FILE}`);
  assert.deepEqual(long, []);
});

Deno.test("no two rooms or files export one name for two things", () => {
  const declaration =
    /^export (?:async |abstract )?(?:function\*?|class|interface|type|const|let) ([A-Za-z_$][\w$]*)/gm;
  const files = SOURCES.flatMap(({ path, text }) =>
    [...text.matchAll(declaration)].map(([, name]) => ({ name: name!, path: `src/${path}` }))
  );
  const twice = [...Map.groupBy(files, ({ name }) => name)]
    .map(([name, places]) => [name, ...new Set(places.map(({ path }) => path))])
    .filter(({ length }) => length > 2);
  assert.deepEqual(twice, []);
});

Deno.test("a room's mod.ts gives out only what other rooms take", () => {
  const doors = SOURCES.filter(({ path }) => /^[^/]+\/mod\.ts$/.test(path));
  const unused = doors.flatMap(({ path, text }) => {
    const others = SOURCES.filter((other) => roomOf(other.path) !== roomOf(path));
    // The example at its head takes some, too.
    const taken = new Set([...others, { path, text: text.replaceAll("\n * ", "\n") }].flatMap(
      (other) => namesTaken(other, path),
    ));
    const given = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from/gm)];
    return given.flatMap(([, names]) => namesIn(names!)).filter((name) => !taken.has(name))
      .map((name) => `src/${path} exports ${name}`);
  });
  assert.deepEqual(unused, []);
});

/** What a file takes of another, both inside src. */
function namesTaken({ path, text }: Source, from: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from "([^"]+)"/gm);
  const calls = text.matchAll(/\bconst \{([^}]*)\} = await import\(\s*"([^"]+)"/g);
  return [...statements, ...calls].flatMap(([, names, place]) =>
    normalize(join(dirname(path), place!)) === from ? namesIn(names!) : []
  );
}

/** Of `a, type B, c as d` and `a, b: c`, as the module that has them calls them. */
function namesIn(list: string): readonly string[] {
  return list.split(",").map((item) => item.trim().replace(/^type /, "").split(/ as |:/)[0]!)
    .filter((name) => name !== "");
}

Deno.test("importOffences() names the import that is not allowed", () => {
  const offences = (path: string, text: string) => importOffences({ path, text });
  assert.deepEqual(offences("tar/a.ts", `import { x } from "../bytes/mod.ts";`), []);
  assert.deepEqual(offences("tar/a.ts", `import { x } from "../failure/mod.ts";`), []);
  assert.deepEqual(offences("tar/a.ts", `import { x } from "./b.ts";\nimport y from "yaml";`), []);
  assert.deepEqual(offences("tar/a.ts", ` * import { x } from "../oci/mod.ts";`), []);
  assert.deepEqual(offences("tar/a.ts", `import {\n  x,\n} from "../oci/mod.ts";`), [
    'src/tar/a.ts imports "../oci/mod.ts": tar may import bytes and failure',
  ]);
  assert.deepEqual(offences("tar/a.ts", `export { x } from "../bytes/concat.ts";`), [
    'src/tar/a.ts imports "../bytes/concat.ts": another room is entered by its mod.ts',
  ]);
  assert.deepEqual(offences("tar/a.ts", `const x = await import("../oci/mod.ts");`), [
    'src/tar/a.ts imports "../oci/mod.ts": tar may import bytes and failure',
  ]);
  assert.deepEqual(offences("report/a.ts", `import type { X } from "../oci/mod.ts";`), []);
  assert.deepEqual(offences("report/a.ts", `import { x, type Y } from "../oci/mod.ts";`), [
    'src/report/a.ts imports "../oci/mod.ts": report may import only types of it',
  ]);
  assert.deepEqual(offences("plan/a.ts", `import { readFile } from "node:fs/promises";`), [
    'src/plan/a.ts imports "node:fs/promises": plan is pure',
  ]);
  assert.deepEqual(offences("oci/a.ts", `import "npm:left-pad";`), [
    'src/oci/a.ts imports "npm:left-pad": no package of deno.json',
  ]);
  assert.deepEqual(offences("oci/a.ts", `import x from "commander";`), [
    'src/oci/a.ts imports "commander": the command line is the business of cli',
  ]);
});

interface Source {
  /** Inside src, such as `tar/header.ts`. */
  readonly path: string;
  readonly text: string;
}

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PACKAGES: readonly string[] = Object.keys(
  JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))).imports,
);
const SOURCES: readonly Source[] = readSources("");

function readSources(folder: string): Source[] {
  return [...Deno.readDirSync(join(ROOT, "src", folder))]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      const path = join(folder, name);
      if (isDirectory) return readSources(path);
      return path.endsWith(".ts")
        ? [{ path, text: Deno.readTextFileSync(join(ROOT, "src", path)) }]
        : [];
    });
}

function roomOf(path: string): string {
  return path.split("/")[0]!;
}

/** Lines outside of comments that hold the pattern. */
function uses(pattern: RegExp, isAllowed: (path: string) => boolean): readonly string[] {
  return SOURCES.filter(({ path }) => !isAllowed(path)).flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, i) =>
      !isComment(line) && pattern.test(line) ? [`src/${path}:${i + 1}: ${line.trim()}`] : []
    )
  );
}

function isComment(line: string): boolean {
  return /^\s*(\/\/|\/?\*)/.test(line);
}

function importOffences(source: Source): readonly string[] {
  return importsOf(source.text).flatMap((item) => {
    const offence = offenceOf(source.path, item);
    return offence === undefined ? [] : [`src/${source.path} imports "${item.from}": ${offence}`];
  });
}

/** `deno fmt` puts every import at the beginning of a line; those of comments stand further right. */
function importsOf(text: string): readonly Import[] {
  const statements = text.matchAll(/^(?:import|export)\b([^"'`;]*?)\bfrom\s*"([^"]+)"/gm);
  const effects = text.matchAll(/^import\s*"([^"]+)"/gm);
  const code = text.split("\n").filter((line) => !isComment(line)).join("\n");
  const calls = code.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [
    ...[...statements].map(([, names, from]) => ({
      from: from!,
      isType: /^\s*type\b/.test(names!),
    })),
    ...[...effects, ...calls].map(([, from]) => ({ from: from!, isType: false })),
  ];
}

/** What is wrong with an import, `undefined` when nothing is. */
function offenceOf(path: string, { from, isType }: Import): string | undefined {
  const room = roomOf(path);
  const { imports, typesOnly = false, runs = [], pure = false } = ROOMS[room] ?? { imports: [] };
  if (from.startsWith("node:")) {
    return pure && !isType && !PURE_MODULES.includes(from) ? `${room} is pure` : undefined;
  }
  if (!from.startsWith(".")) {
    if (!PACKAGES.some((name) => from === name || from.startsWith(`${name}/`))) {
      return "no package of deno.json";
    }
    const ofCommandLine = /^(commander|@commander-js)\b/.test(from);
    return ofCommandLine && room !== "cli" ? "the command line is the business of cli" : undefined;
  }
  const target = normalize(join(dirname(path), from));
  const other = roomOf(target);
  if (other === room) return undefined;
  if (other === "..") return "the program lives in src alone";
  if (!OPEN.includes(other) && !imports.includes(other)) {
    return `${room} may import ${
      [...imports, "failure"].join(", ").replace(/, (\w+)$/, " and $1")
    }`;
  }
  if (![other, `${other}/mod.ts`].includes(target)) return ENTRY;
  if (typesOnly && !isType && ![...OPEN, ...runs].includes(other)) {
    return `${room} may import only types of it`;
  }
  return undefined;
}
