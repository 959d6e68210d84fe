import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../scripts/ship/project.ts";
import { actionlint } from "../support/actionlint.ts";
import { run, toolTest } from "../support/tools.ts";

const text = await readFile(join(ROOT, "docs", "ci.md"), "utf8");

/** The code blocks of a language. */
function blocks(language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))]
    .map(([, code]) => code!);
}

interface Action {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

Deno.test("docs/ci.md has a row for every input and output of the action", async () => {
  const action: Action = parse(await readFile(join(ROOT, "action.yml"), "utf8"));
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name);
  assert.deepEqual(rows, [...Object.keys(action.inputs), ...Object.keys(action.outputs)]);
});

Deno.test("the action is used in docs/ci.md with inputs that it has", async () => {
  const action: Action = parse(await readFile(join(ROOT, "action.yml"), "utf8"));
  const { jobs } = parse(blocks("yaml")[0]!);
  const step = jobs.image.steps.find(({ uses = "" }: { uses?: string }) =>
    uses.startsWith("joshyorko/rcc-oci@")
  );
  for (const name of Object.keys(step.with)) assert.ok(name in action.inputs, name);
});

toolTest(
  { name: "the workflow in docs/ci.md is clean for actionlint", needs: ["go"], on: ["linux"] },
  async () => {
    await run(await actionlint(), ["-no-color", "-"], { stdin: blocks("yaml")[0]! });
  },
);

toolTest({
  name: "the shell in docs/ci.md is clean for shellcheck",
  needs: ["shellcheck"],
}, async () => {
  const found = blocks("yaml").map((block) => parse(block));
  const gitlab = found.find(({ image }) => image?.before_script !== undefined);
  const azure = found.find(({ pool }) => pool !== undefined);
  const scripts = [
    [...gitlab.image.before_script, ...gitlab.image.script].join("\n"),
    ...azure.steps.flatMap(({ bash }: { bash?: string }) => bash ?? []),
    ...blocks("sh"),
  ];
  assert.ok(scripts.length > 3);
  for (const stdin of scripts) await run("shellcheck", ["--shell=sh", "-"], { stdin });
});
