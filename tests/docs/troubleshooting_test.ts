import assert from "node:assert/strict";
import { FAILURE_IDS } from "../../src/failure/ids.ts";

const FILE = "docs/troubleshooting.md";
const text = await Deno.readTextFile(new URL(`../../${FILE}`, import.meta.url));
/** Each section's title, and what stands below it until the next title of any depth. */
const sections = new Map(
  text.split(/^#{2,3} /m).slice(1).map((section) => {
    const [title, ...lines] = section.split("\n");
    return [title!, lines.join("\n")] as const;
  }),
);
const described = [...sections.keys()].filter((title) => title.includes("/"));
const PARTS = ["Happened", "Why", "Cure"];

Deno.test("every failure id has a section of its own in docs/troubleshooting.md", () => {
  const missing = FAILURE_IDS.filter((id) => !sections.has(id));
  assert.equal(
    missing.length,
    0,
    `${FILE} lacks ${
      missing.join(", ")
    }: add for each a section "### <id>" below the "## <kind>" ` +
      `it belongs to, with the paragraphs ${PARTS.map((part) => `**${part}**: …`).join(" ")}`,
  );
});

Deno.test("every section of docs/troubleshooting.md is about an id that exists", () => {
  const ids = new Set<string>(FAILURE_IDS);
  const unknown = described.filter((title) => !ids.has(title));
  assert.deepEqual(unknown, [], `${FILE} describes ids that src/failure/ids.ts does not have`);
});

Deno.test("sections stand in the order of the ids within their kind", () => {
  const kinds = [...new Set(described.map((title) => title.split("/")[0]))];
  assert.deepEqual(kinds, ["usage", "robot", "rcc", "environment", "base", "output"]);
  const inOrder = kinds.flatMap((kind) => FAILURE_IDS.filter((id) => id.startsWith(`${kind}/`)));
  assert.deepEqual(described, inOrder);
});

Deno.test("every section says what happened, why, and the cure", () => {
  for (const title of described) {
    for (const part of PARTS) {
      const paragraph = new RegExp(`^\\*\\*${part}\\*\\*: \\S`, "m");
      assert.match(sections.get(title)!, paragraph, `${FILE}: "${title}" lacks **${part}**: …`);
    }
  }
});

Deno.test("every kind's exit code is the one that the program ends with", async () => {
  const { exitCodeOf } = await import("../../src/cli/exit_code.ts");
  const { Failure } = await import("../../src/failure/mod.ts");
  for (const id of FAILURE_IDS) {
    const kind = id.split("/")[0]!;
    const code = /^Exit code ([0-9]+)\.$/m.exec(sections.get(kind) ?? "")?.[1];
    assert.equal(Number(code), exitCodeOf(new Failure(id, "")), `${FILE}: "## ${kind}"`);
  }
});
