import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier: string };
  }[];
}

Deno.test("what every command loads is the command line and nothing of the work", async () => {
  const entry = new URL("../../src/cli/mod.ts", import.meta.url).href;
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
  const rooms = new Set(
    [...loaded].flatMap((specifier) => /\/src\/(.+?)(?:\/|$)/.exec(specifier)?.[1] ?? []),
  );
  assert.deepEqual([...rooms].sort(), ["cli", "failure", "version.ts"]);
});

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
