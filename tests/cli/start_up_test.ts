import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

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

Deno.test("what --version loads is the version", async () => {
  assert.deepEqual(await roomsLoadedBy("src/main.ts"), ["main.ts", "version.ts"]);
});

for (const option of ["--version", "-V"]) {
  Deno.test(`${option} says the same alone as behind a command`, async () => {
    await using cache = await temporaryFolder();
    const alone = await runProgram([option], { cache: cache.path });
    const behind = await runProgram(["build", option], { cache: cache.path });
    assert.match(alone.stdout, /^rcc-oci \d+\.\d+\.\d+ \(.+, Deno .+\)\n$/);
    assert.deepEqual(alone, behind);
  });
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
