import assert from "node:assert/strict";
import { join } from "node:path";
import { programText } from "../../scripts/docs/documents.ts";
import { type CommandLine, completionScript, type Shell } from "../../src/manual/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

const program = programText();

/** A program that shows what the real one has no need for. */
const BAKERY: CommandLine = {
  name: "bake",
  description: "Bakes.",
  options: [],
  commands: [{
    name: "oven",
    description: "It's the oven's.",
    arguments: [],
    options: [],
    examples: [],
    commands: ["heat", "clean"].map((name) => ({
      name,
      description: `${name} [it]: 'now'`,
      arguments: [],
      options: [{
        long: "--with",
        flags: "--with <tool>",
        group: "Tools",
        description: "a [tool], or 'none'",
        value: { choices: ["brush", "fire"] },
      }],
      commands: [],
      examples: [],
    })),
  }],
  environment: [],
  exitCodes: [],
};

/** A folder with a script of the program, a file `a file` and a folder `inner`. */
async function scene(shell: Shell, shown: CommandLine) {
  const folder = await temporaryFolder();
  const script = join(folder.path, "script");
  await Deno.writeTextFile(script, completionScript(shown, shell));
  await Deno.writeTextFile(join(folder.path, "a file"), "");
  await Deno.mkdir(join(folder.path, "inner"));
  return { folder, script };
}

/** What bash proposes behind the words. */
async function inBash(words: readonly string[], shown = program): Promise<readonly string[]> {
  const { folder, script } = await scene("bash", shown);
  await using _ = folder;
  const all = [shown.name, ...words];
  const { stdout } = await run("bash", [
    "--norc",
    "-c",
    `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _${shown.name.replace("-", "_")}; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    script,
    ...all,
  ], { cwd: folder.path });
  return stdout.trim().split("\n").filter((line) => line !== "");
}

toolTest({ name: "bash completes commands, options and values", needs: ["bash"] }, async () => {
  assert.deepEqual(await inBash(["bui"]), ["build"]);
  assert.deepEqual(await inBash(["build", "--meta"]), ["--metadata-file"]);
  assert.deepEqual(await inBash(["build", "--load", ""]), ["docker", "podman"]);
  assert.deepEqual(await inBash(["build", "--load", "=", "p"]), ["podman"]);
  assert.deepEqual(await inBash(["build", "-r", ""]), ["a file", "inner", "script"].toSorted());
  assert.deepEqual(await inBash(["build", "--oci-layout", ""]), ["inner"]);
  assert.deepEqual(await inBash(["build", "--task", ""]), []);
  assert.deepEqual(await inBash(["completion", "f"]), ["fish"]);
  assert.deepEqual(await inBash(["oven", ""], BAKERY), ["heat", "clean"]);
  assert.deepEqual(await inBash(["oven", "clean", "--with", "f"], BAKERY), ["fire"]);
});

toolTest(
  { name: "shellcheck finds nothing in the script for bash", needs: ["shellcheck"] },
  async () => {
    for (const shown of [program, BAKERY]) {
      await run("shellcheck", ["-s", "bash", "-"], { stdin: completionScript(shown, "bash") });
    }
  },
);

/** What fish proposes for the line, without descriptions. */
async function inFish(line: string, shown = program): Promise<readonly string[]> {
  const { folder, script } = await scene("fish", shown);
  await using _ = folder;
  const { stdout } = await run(
    "fish",
    ["--no-config", "-c", `source ${script}; complete -C '${shown.name} ${line}'`],
    { cwd: folder.path, env: { HOME: folder.path } },
  );
  return stdout.split("\n").filter((text) => text !== "").map((text) => text.split("\t")[0]!);
}

toolTest({ name: "fish completes commands, options and values", needs: ["fish"] }, async () => {
  assert.deepEqual(await inFish("bui"), ["build"]);
  assert.deepEqual(await inFish("build --meta"), ["--metadata-file"]);
  assert.deepEqual(await inFish("build --load "), ["docker", "podman"]);
  assert.deepEqual(await inFish("build --load=p"), ["--load=podman"]);
  assert.deepEqual(await inFish("build -r a"), ["a file"]);
  assert.deepEqual(await inFish("build --oci-layout in"), ["inner/"]);
  assert.deepEqual(await inFish("completion f"), ["fish"]);
  assert.deepEqual(await inFish("oven cl", BAKERY), ["clean"]);
  assert.deepEqual(await inFish("oven clean --with f", BAKERY), ["fire"]);
});

/** The arguments that zsh's line has after the keys, of which some are tabs. */
async function inZsh(keys: string, shown = program): Promise<readonly string[]> {
  const { folder, script } = await scene("zsh", shown);
  await using _ = folder;
  const { stdout } = await run("zsh", [
    "-f",
    "-c",
    `zmodload zsh/zpty; zpty shell zsh -f -i
    zpty -w shell "autoload -Uz compinit && compinit -u -D; source ${script}; cd ${folder.path}"
    zpty -w shell '${shown.name}() { for word in "$@" END; do print "=$word="; done }; print BEG"IN"'
    zpty -r shell out '*BEGIN*'
    zpty -w -n shell "${shown.name} $1"$'\\n'; zpty -r shell out '*=END=*'; print -r -- "$out"; zpty -d shell`,
    "zsh",
    keys,
  ], { timeoutMs: 20_000, env: { HOME: folder.path, TERM: "xterm" } });
  return [...stdout.matchAll(/^=(.*)=\r?$/gm)].map(([, word]) => word!).slice(0, -1);
}

toolTest({ name: "zsh completes commands, options and values", needs: ["zsh"] }, async () => {
  assert.deepEqual(await inZsh("bui\t--load po\t--hololib a\t--oci-layout in\t"), [
    ...["build", "--load", "podman", "--hololib", "a file", "--oci-layout", "inner"],
  ]);
  assert.deepEqual(await inZsh("build --meta\tx"), ["build", "--metadata-file=x"]);
  assert.deepEqual(await inZsh("comp\tf\t"), ["completion", "fish"]);
  assert.deepEqual(await inZsh("ov\tcl\t--wi\tf\t", BAKERY), [
    ...["oven", "clean", "--with=fire"],
  ]);
});

Deno.test("the script for PowerShell names all commands, options and choices", () => {
  const script = completionScript(program, "powershell");
  for (const { name, options } of program.commands) {
    assert.ok(script.includes(`'${name}' = @(`), name);
    for (const { long } of options) assert.ok(script.includes(`'${long}'`), long);
  }
  assert.ok(script.includes("'build --load' = @('docker', 'podman')"));
});
