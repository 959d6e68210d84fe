// deno-lint-ignore-file no-console
import assert from "node:assert/strict";
import { docker, podman } from "../../tests/support/engines.ts";
import {
  type Combination,
  COMBINATIONS,
  expectedOutcome,
  type Outcome,
  runCombination,
  type Setting,
  SETTINGS,
} from "../../tests/support/matrix.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { table } from "../bench/part.ts";
import { replaceSection } from "../bench/section.ts";

const IMAGE = new URL("../../docs/image.md", import.meta.url);
const MARKERS = {
  begin: "<!-- matrix: begin, written by `deno task soak matrix` -->",
  end: "<!-- matrix: end -->",
};

interface Tried {
  readonly combination: Combination;
  readonly outcomes: ReadonlyMap<Setting, Outcome>;
}

/** Every kind of image, run in every setting, by podman and docker in turn. */
export async function soakMatrix(): Promise<void> {
  const engines = [podman, docker].filter(({ needs }) => needs.every(hasTool));
  assert.ok(engines.length > 0, "expected podman or docker");
  const tried: Tried[] = [];
  for (const [i, combination] of COMBINATIONS.entries()) {
    const outcomes = await runCombination(combination, engines[i % engines.length]!);
    const expected = SETTINGS.map((setting) => [setting, expectedOutcome(combination, setting)]);
    assert.deepEqual([...outcomes], expected, JSON.stringify(combination));
    tried.push({ combination, outcomes });
  }
  const text = render(tried, engines.map(({ name }) => name));
  console.log(text);
  await replaceSection(IMAGE, text, MARKERS);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", IMAGE.pathname] }).output();
}

function render(tried: readonly Tried[], engines: readonly string[]): string {
  const rows = Map.groupBy(
    tried,
    ({ combination: { mode, library, start } }) =>
      [mode === "raw" ? "compress.no" : mode, library, start].join(" "),
  );
  const day = new Date().toISOString().slice(0, 10);
  return [
    table(
      ["library", "given as", "image", ...SETTINGS],
      [...rows].map(([name, group]) => [
        ...name.split(" "),
        ...SETTINGS.map((setting) => cellOf(group, setting)),
      ]),
    ),
    `Each for the users robot, root and another name and uid: ${tried.length} images, ` +
    `${tried.length * SETTINGS.length} containers of ${engines.join(" and ")}, tried ${day} with ` +
    "the tests' stand-in for rcc. Of each image, every file of the environment was compared with " +
    "what had been recorded, and a script and an ELF program that know their own place were run.",
  ].join("\n\n");
}

/** What all users have in common, else each with its own. */
function cellOf(group: readonly Tried[], setting: Setting): string {
  const outcomes = group.map(({ outcomes }) => outcomes.get(setting)!);
  if (new Set(outcomes).size === 1) return outcomes[0]!;
  return group.map(({ combination: { user } }, i) => `${user}: ${outcomes[i]}`).join(", ");
}
