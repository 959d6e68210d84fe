import assert from "node:assert/strict";
import { join } from "node:path";
import { type IgnoreRules, readIgnoreRules } from "../../src/robot/ignore_rules.ts";
import { makePipe } from "../support/pipe.ts";
import { testOn, toolTest } from "../support/tools.ts";
import { failuresFrom } from "./failures.ts";
import { folderOf } from "./robot_folder.ts";

/** The rules of one .gitignore. */
async function rulesOf(text: string, exclude: readonly string[] = []): Promise<IgnoreRules> {
  await using folder = await folderOf({ ".gitignore": text });
  return await readIgnoreRules(folder.path, { ignoreFiles: [".gitignore"], exclude });
}

const leftOut = (rules: IgnoreRules, paths: readonly string[]) =>
  paths.filter((path) => rules.match(path) !== undefined);

Deno.test("readIgnoreRules() leaves nothing out without patterns", async () => {
  for (const text of ["", "\n\n", "# comment\n", "   \n"]) {
    assert.deepEqual(leftOut(await rulesOf(text), ["a", "a/", "a/b", "#", " "]), [], text);
  }
});

Deno.test("readIgnoreRules() knows the patterns of a .gitignore", async () => {
  const rules = await rulesOf(
    "*.pyc\n/build\ndocs/*.tmp\n**/cache/\nlogs/**\n!logs/keep\n\\#x\nsp\\ \nA.txt\n[ab]1?\n",
  );
  assert.deepEqual(
    leftOut(rules, [
      ...["a.pyc", "x/a.pyc", "a.pyo", "build", "build/", "x/build/", "docs/a.tmp", "docs/x/a.tmp"],
      ...["cache", "cache/", "x/cache/", "logs/", "logs/a", "logs/keep", "#x", "sp ", "sp"],
      ...["A.txt", "a.txt", "a12", "b1x", "c12", ".pyc"],
    ]),
    [
      ...["a.pyc", "x/a.pyc", "build", "build/", "docs/a.tmp", "cache/", "x/cache/"],
      ...["logs/a", "#x", "sp ", "A.txt", "a12", "b1x", ".pyc"],
    ],
  );
});

Deno.test("readIgnoreRules() leaves out what lies in a folder that is left out", async () => {
  const rules = await rulesOf("build/\n!build/keep\n");
  assert.deepEqual(leftOut(rules, ["build/a", "build/keep", "build/x/y/"]), [
    "build/a",
    "build/keep",
    "build/x/y/",
  ]);
});

Deno.test("readIgnoreRules() takes back with ! what the same file said before", async () => {
  const rules = await rulesOf("*.csv\n!data.csv\nx/*\n!x/y\n");
  assert.deepEqual(leftOut(rules, ["a.csv", "data.csv", "x/a", "x/y"]), ["a.csv", "x/a"]);
  const again = await rulesOf("!data.csv\n*.csv\n");
  assert.deepEqual(leftOut(again, ["data.csv"]), ["data.csv"]);
});

Deno.test("readIgnoreRules() reads files with a byte order mark and CR LF", async () => {
  const rules = await rulesOf("\ufeffa\r\nb/\r\n");
  assert.deepEqual(leftOut(rules, ["a", "b/", "b"]), ["a", "b/"]);
});

Deno.test("readIgnoreRules() leaves out what any file or --exclude leaves out, and names it", async () => {
  await using folder = await folderOf({ one: "a*\n!ab\n", "sub/two": "/ab\nb\n" });
  const rules = await readIgnoreRules(folder.path, {
    ignoreFiles: ["one", "sub/two"],
    exclude: ["c", "!b"],
  });
  assert.deepEqual(rules.match("ax"), { pattern: "a*", source: "one" });
  assert.deepEqual(rules.match("ab"), { pattern: "/ab", source: "sub/two" });
  assert.deepEqual(rules.match("x/b"), { pattern: "b", source: "sub/two" });
  assert.deepEqual(rules.match("x/c/d"), { pattern: "c", source: "--exclude" });
  assert.equal(rules.match("sub/ab"), undefined);
});

Deno.test("readIgnoreRules() accepts names of any characters", async () => {
  const rules = await rulesOf("é*\n");
  assert.deepEqual(leftOut(rules, ["éa", "..a", "...", "a\\b", "-", "漢/é", "a b"]), [
    "éa",
    "漢/é",
  ]);
});

Deno.test("readIgnoreRules() survives patterns that make no sense", async () => {
  const rules = await rulesOf("[\n[z-a]\n\\\n!\n/\n//\n**\\\n***\n(\n+\n{a\n");
  assert.equal(rules.match("robot.yaml")?.pattern, "***");
});

Deno.test("readIgnoreRules() fails for a file that cannot be read", async () => {
  await using folder = await folderOf({});
  const options = { ignoreFiles: ["gone"], exclude: [] };
  assert.deepEqual(await failuresFrom(() => readIgnoreRules(folder.path, options)), [
    'robot/not-found failed to read "gone": no such file, check the path',
  ]);
});

const PATTERNS = [
  ...["*.pyc", "/build", "build/", "docs/*.tmp", "**/x", "x/**", "a/**/b", "!keep", "*", "!*/"],
  ...["[ab].txt", "[!a].txt", "?.md", "\\!a", "a b", "b/../c", "/*", "!/src", "src/*", "é", "A"],
];
const FILES = [
  ...["a.pyc", "sub/a.pyc", "build/x", "sub/build/y", "docs/a.tmp", "docs/x/b.tmp", "x/y/z"],
  ...["a/b", "a/c/b", "a/c/d/b", "keep", "sub/keep", "a.txt", "b.txt", "c.txt", "q.md", "!a"],
  ...["a b", "src/main.py", "src/keep", "é", "sub/é/a", "A"],
];

toolTest({ name: "readIgnoreRules() agrees with git", needs: ["git"] }, async () => {
  const files = Object.fromEntries(FILES.map((path) => [path, ""]));
  await using folder = await folderOf(files);
  const git = (...args: string[]) =>
    new Deno.Command("git", { args: ["-c", "core.quotePath=false", ...args], cwd: folder.path })
      .output();
  await git("init", "-q");
  for (let seed = 1; seed <= 40; seed++) {
    const chosen = PATTERNS.filter((_, index) => (seed * (index + 3) * 7919) % 5 === 0);
    const text = (seed % 2 === 0 ? chosen : chosen.toReversed()).join("\n");
    await Deno.writeTextFile(`${folder.path}/.gitignore`, text);
    const { stdout } = await git("ls-files", "--others", "--exclude-standard", "-z");
    const kept = new TextDecoder().decode(stdout).split("\0").filter((path) =>
      FILES.includes(path)
    );
    const rules = await rulesOf(text);
    assert.deepEqual(
      FILES.filter((path) => rules.match(path) === undefined).sort(),
      kept.sort(),
      JSON.stringify(text),
    );
  }
});

Deno.test({
  ...testOn("readIgnoreRules() refuses a pipe, and waits for no writer", "no Windows"),
  async fn() {
    await using folder = await folderOf({});
    await makePipe(join(folder.path, ".gitignore"));
    await assert.rejects(
      readIgnoreRules(folder.path, { ignoreFiles: [".gitignore"], exclude: [] }),
      { name: "Failure", message: /".gitignore": it is no regular file, expected patterns$/ },
    );
  },
});
