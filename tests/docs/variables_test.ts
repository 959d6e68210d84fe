import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ENVIRONMENT_VARIABLES } from "../../src/cli/help.ts";
import { readPages, ROOT } from "./pages.ts";

const HELP = new Set(ENVIRONMENT_VARIABLES.flatMap(([names]) => names.split(", ")));
/** Variables of a page that are not ours to explain: the system's, and docker's. */
const OTHERS = new Set(["XDG_RUNTIME_DIR", "DOCKER_HOST"]);

function requireInHelp(variables: Iterable<string>): void {
  const missing = [...new Set(variables)].filter((name) => !HELP.has(name) && !OTHERS.has(name));
  assert.deepEqual(missing, [], "add them to ENVIRONMENT_VARIABLES in src/cli/help.ts");
}

Deno.test("--help has every variable of docs/registries.md", () => {
  const { text } = readPages().find(({ path }) => path === "docs/registries.md")!;
  const names = [...text.matchAll(/`[^`]*?\b([A-Z]+(?:_[A-Z]+)+)\b[^`]*`/g)].map(([, name]) =>
    name!
  );
  assert.ok(names.includes("REGISTRY_AUTH_FILE"), "variables are found");
  requireInHelp(names);
});

Deno.test("--help has every variable of our own that the program reads", async () => {
  const files = await readdir(join(ROOT, "src"), { recursive: true });
  const sources = files.filter((name) => name.endsWith(".ts"));
  const names: string[] = [];
  for (const name of sources) {
    const text = await Deno.readTextFile(join(ROOT, "src", name));
    names.push(...text.match(/\bRCC_OCI_[A-Z_]+\b/g) ?? []);
  }
  assert.ok(names.includes("RCC_OCI_CACHE"), "variables are found");
  requireInHelp(names);
});
