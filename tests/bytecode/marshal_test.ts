import assert from "node:assert/strict";
import { normalizeCode } from "../../src/bytecode/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const short = (type: string, text: string) => [...ascii(type), text.length, ...ascii(text)];
const shared = (bytes: readonly number[]) => [bytes[0]! | 0x80, ...bytes.slice(1)];
const reference = (index: number) => [...ascii("r"), index, 0, 0, 0];
const tuple = (...items: readonly number[][]) => [...ascii(")"), items.length, ...items.flat()];
const frozenSet = (...items: readonly number[][]) => [
  ...[...ascii(">"), items.length, 0, 0, 0],
  ...items.flat(),
];
const normal = (bytes: readonly number[], minor = 11) => [
  ...normalizeCode(new Uint8Array(bytes), minor),
];

Deno.test("normalizeCode() marks as shared what is shared, and nothing else", () => {
  const name = short("Z", "name");
  assert.deepEqual(normal(shared(tuple(shared(name)))), tuple(name));
  assert.deepEqual(
    normal(shared(tuple(shared(short("Z", "one")), shared(name), reference(2)))),
    tuple(short("Z", "one"), shared(name), reference(0)),
  );
});

Deno.test("normalizeCode() takes no notice of whether texts of one character are interned", () => {
  for (const text of ["", "-"]) assert.deepEqual(normal(short("Z", text)), short("z", text));
  assert.deepEqual(normal(short("Z", "ab")), short("Z", "ab"));
  const utf8 = (type: string, ...bytes: readonly number[]) => [
    ...[...ascii(type), bytes.length, 0, 0, 0],
    ...bytes,
  ];
  assert.deepEqual(normal(utf8("t", 0xc2, 0xb5)), utf8("u", 0xc2, 0xb5)); // µ
  assert.deepEqual(normal(utf8("t", 0xc3, 0xbf)), utf8("u", 0xc3, 0xbf)); // ÿ
  assert.deepEqual(normal(utf8("t", 0xc4, 0x80)), utf8("t", 0xc4, 0x80)); // Ā
});

Deno.test("normalizeCode() orders sets, and makes one of equal ones", () => {
  const [a, b] = [short("Z", "aa"), short("Z", "bb")];
  assert.deepEqual(normal(frozenSet(b, a)), frozenSet(a, b));
  const twice = tuple(
    frozenSet(shared(b), shared(a)),
    frozenSet(reference(1), reference(0)),
    reference(1),
  );
  assert.deepEqual(
    normal(twice),
    tuple(shared(frozenSet(shared(a), b)), reference(0), reference(1)),
  );
});

Deno.test("normalizeCode() refuses what is no code, not whole, or of another Python", () => {
  const refused = (bytes: readonly number[], minor?: number) =>
    assert.throws(() => normal(bytes, minor), RangeError);
  refused(ascii("?"));
  refused([]);
  refused([...ascii("N"), 0]);
  refused(reference(0));
  refused([...ascii("s"), 0xff, 0xff, 0xff, 0xff]);
  refused([...ascii("("), 2, 0, 0, 0, ...ascii("N")]);
  refused(ascii("N"), 7);
  refused(ascii("N"), 15);
});

/** Compiles the standard library; with an argument backwards, and with everything kept in memory. */
const COMPILE = `import glob, marshal, os, sys
back = len(sys.argv) > 2
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*.py"), reverse=back)
kept = []
for file in files:
    with open(file, "rb") as source:
        code = compile(source.read(), file, "exec", dont_inherit=True)
    if back: kept.append(code)
    with open(os.path.join(sys.argv[1], os.path.basename(file)), "wb") as out:
        marshal.dump(code, out)
print(sys.version_info[1])
`;
const COMPARE = `import marshal, sys
def same(a, b):
    if hasattr(a, "co_code"):
        names = [name for name in dir(a) if name.startswith("co_") and not callable(getattr(a, name))]
        return all(same(getattr(a, name), getattr(b, name)) for name in names if name != "co_lnotab")
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or repr(a) == repr(b))
for pair in sys.stdin.read().split():
    codes = [marshal.load(open(file, "rb")) for file in pair.split(":")]
    assert same(*codes), pair
`;

toolTest({
  name: "normalizeCode() gives the same bytes for the same source, and code that is as it was",
  needs: ["python"],
}, async () => {
  await using folder = await temporaryFolder();
  const [one, other] = ["one", "other"].map((name) => `${folder.path}/${name}`) as [string, string];
  for (const path of [one, other]) await Deno.mkdir(path);
  const compile = async (seed: string, ...args: readonly string[]) => {
    const env = { PYTHONHASHSEED: seed };
    return Number((await run("python3", ["-W", "ignore", "-c", COMPILE, ...args], { env })).stdout);
  };
  const minor = await compile("1", one);
  assert.equal(await compile("2", other, "backwards"), minor);
  const pairs: string[] = [];
  let differed = 0;
  for (const { name } of [...Deno.readDirSync(one)]) {
    const [a, b] = [one, other].map((path) => Deno.readFileSync(`${path}/${name}`));
    const made = normalizeCode(a!, minor);
    if (`${a}` !== `${b}`) differed++;
    assert.deepEqual(made, normalizeCode(b!, minor), name);
    assert.deepEqual(made, normalizeCode(made, minor), name);
    Deno.writeFileSync(`${one}/${name}.normal`, made);
    pairs.push(`${one}/${name}:${one}/${name}.normal`);
  }
  assert.ok(pairs.length > 100);
  if (minor < 13) assert.ok(differed > 0, "expected Python to give other bytes");
  await run("python3", ["-c", COMPARE], { stdin: pairs.join("\n") });
});
