import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findHelp, helpText } from "../../src/help/mod.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { Tmux } from "../support/tmux.ts";
import { toolTest } from "../support/tools.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier: string };
  }[];
}

Deno.test("what every command loads is the command line and nothing of the work", async () => {
  assert.deepEqual(await roomsLoadedBy("src/cli/mod.ts"), [
    "cli",
    "color.ts",
    "failure",
    "version.ts",
  ]);
});

Deno.test("what --version and --help load is what they say", async () => {
  assert.deepEqual(await roomsLoadedBy("src/main.ts"), [
    "color.ts",
    "help",
    "main.ts",
    "version.ts",
  ]);
});

for (const option of ["--version", "-V"]) {
  Deno.test(`${option} says the same alone as behind a command`, async () => {
    const alone = await say([option]);
    const behind = await say(["build", option]);
    assert.match(alone.stdout, /^rcc-oci \d+\.\d+\.\d+ \(.+, Deno .+\)\n$/);
    assert.deepEqual(alone, behind);
  });
}

for (
  const { name, env } of [
    { name: "plainly" },
    { name: "with colours where they are forced", env: { FORCE_COLOR: "1" } },
  ]
) {
  Deno.test(`help is the same from main.ts as from commander, ${name}`, async () => {
    const commander = await say(["build", "--quiet", "--help"], env);
    assert.match(commander.stdout, /Usage:.* rcc-oci build \[options\] \[path\]\n/);
    assert.equal(commander.stdout.includes("\x1b[1m"), env !== undefined);
    assert.deepEqual(await say(["build", "--help"], env), commander);
    assert.deepEqual(await say(["help", "build"], env), commander);
  });
}

Deno.test("without arguments the program says what --help says", async () => {
  const help = await say(["--help"]);
  assert.match(help.stdout, /^Usage: rcc-oci \[options\] \[command\]\n/);
  assert.deepEqual(await say([]), help);
});

Deno.test("a reader of the help that goes away is no error", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", MAIN, "--help"],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});

toolTest({
  name: "on a terminal help is as wide as the terminal, and asks for no permission",
  needs: ["tmux"],
}, async () => {
  await using terminal = new Tmux();
  const program = `'${Deno.execPath()}' run --no-check --node-modules-dir=manual '${MAIN}'`;
  await terminal.start(70, `echo start; ${program} cache prune --help; echo end; cat`);
  const page = findHelp(["cache", "prune", "--help"])!;
  const narrow = helpText(page, { columns: 70, hasColor: false });
  assert.notEqual(narrow, helpText(page, { columns: 80, hasColor: false }));
  await terminal.sees(...narrow.trimEnd().split("\n"), "end");
});

async function say(args: readonly string[], env: Record<string, string> = {}) {
  await using cache = await temporaryFolder();
  return await runProgram(args, { cache: cache.path, env });
}

/** The rooms that are loaded without waiting for what the module will do, in order. */
async function roomsLoadedBy(path: string): Promise<readonly string[]> {
  const entry = new URL(`../../${path}`, import.meta.url).href;
  const modules = await modulesOf(entry);
  const loaded = new Set<string>();
  const waiting = [entry];
  for (const specifier of waiting) {
    if (loaded.has(specifier)) continue;
    loaded.add(specifier);
    for (const { isDynamic = false, code } of modules.get(specifier)?.dependencies ?? []) {
      if (!isDynamic && code !== undefined) waiting.push(code.specifier);
    }
  }
  const rooms = [...loaded].flatMap((specifier) =>
    /\/src\/(.+?)(?:\/|$)/.exec(specifier)?.[1] ?? []
  );
  return [...new Set(rooms)].sort();
}

async function modulesOf(entry: string): Promise<ReadonlyMap<string, Module>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly modules: readonly Module[];
  };
  return new Map(modules.map((module) => [module.specifier, module]));
}
