/** Our reader and writer of YAML beside those that rcc uses. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { blueprintText } from "../../src/holotree/mod.ts";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { type CondaFile, goTrim } from "../../src/robot/mod.ts";
import { decodeCondaFile } from "../../src/robot/conda_file.ts";
import { decodeSource } from "../../src/robot/read_source.ts";
import { toolTest } from "../support/tools.ts";
import { type JudgedFile, judgeYaml, type YamlVerdict } from "../support/yaml_judge.ts";
import { CONDA_FILES, PACKAGE_FILES } from "./yaml_inputs.ts";

/** Named in docs/holotree.md. Others can be tried with RCC_OCI_YAML_SEED and RCC_OCI_YAML_CASES. */
const SEED = Number(Deno.env.get("RCC_OCI_YAML_SEED") ?? 20260131);
const CASES = Number(Deno.env.get("RCC_OCI_YAML_CASES") ?? 10_000);
const PACKAGE_SHARE = 0.1;

toolTest({
  name: `parseCondaFile() reads and refuses ${CASES} damaged files as yaml.v2 v2.4.0 does`,
  needs: ["go"],
}, async () => {
  const files = [
    ...sample("conda", CASES * (1 - PACKAGE_SHARE)),
    ...sample("package", CASES * PACKAGE_SHARE),
  ];
  const verdicts = await judgeYaml(files);
  assert.deepEqual([files.length, verdicts.length], [CASES, CASES]);
  const differences = files.flatMap((file, i) => differenceOf(file, verdicts[i]!));
  assert.equal(
    differences.length,
    0,
    `${differences.length}: ${differences.slice(0, 20).join("\n")}`,
  );
  // Neither side would say anything of a sample that only one kind of file is in.
  const accepted = verdicts.filter(({ Error }) => Error === "").length;
  assert.ok(accepted > CASES / 4 && accepted < CASES * 3 / 4, `${accepted} accepted`);
});

toolTest({
  name: "blueprintText() writes as yaml.v2 v2.4.0 does",
  needs: ["go"],
}, async () => {
  const blueprints = sample("conda", CASES / 4).flatMap(({ content }) => {
    // Written once, every package stands there once: what is read is what is written then.
    const text = blueprintOf(content);
    return text === undefined ? [] : [new TextEncoder().encode(`${text}\n`)];
  });
  assert.ok(blueprints.length > CASES / 16);
  const verdicts = await judgeYaml(blueprints.map((content) => ({ kind: "conda", content })));
  verdicts.forEach(({ Written }, i) => assert.equal(blueprintOf(blueprints[i]!), goTrim(Written)));
});

function blueprintOf(content: Uint8Array): string | undefined {
  const conda = ours({ kind: "conda", content });
  return typeof conda === "string" ? undefined : blueprintText(conda);
}

function sample(kind: JudgedFile["kind"], count: number): readonly JudgedFile[] {
  const inputs = kind === "conda" ? CONDA_FILES : PACKAGE_FILES;
  return fc.sample(inputs.filter((content) => !hasTwoMarks(content)), {
    numRuns: Math.round(count),
    seed: SEED,
  })
    .map((content) => ({ kind, content }));
}

/**
 * What we refuse on purpose: behind a second byte order mark yaml.v2 loses the first character of
 * most lines, of which a short file may be left that is YAML.
 */
function hasTwoMarks(content: Uint8Array): boolean {
  return new TextDecoder().decode(content).startsWith("\ufeff");
}

/** What we make of a file: the reason for which it is refused is a text. */
function ours({ kind, content }: JudgedFile): CondaFile | string {
  try {
    return decodeCondaFile(decodeSource(content, `${kind}.yaml`));
  } catch (error) {
    if (error instanceof Failure || error instanceof Failures) return error.message;
    throw error;
  }
}

function differenceOf(file: JudgedFile, verdict: YamlVerdict): readonly string[] {
  const found = ours(file);
  const text = JSON.stringify(new TextDecoder().decode(file.content));
  const isRefused = typeof found === "string";
  if (isRefused || verdict.Error !== "") {
    const mine = isRefused ? `refused: ${found}` : "accepted";
    return isRefused === (verdict.Error !== "") ? [] : [`${text}\n  ${mine}\n  ${verdict.Error}`];
  }
  const texts = (entries: CondaFile["pip"]) => entries.map(({ text }) => text);
  const mine = [
    ...[found.name, found.prefix, found.rccPostInstall, texts(found.dependencies)],
    ...(file.kind === "conda" ? [found.channels, texts(found.pip)] : [found.pip.length]),
  ];
  const { Name, Prefix, PostInstall, Dependencies, Channels, Pip } = verdict;
  const trimmed = (entries: readonly string[] | null) => (entries ?? []).map(goTrim);
  const theirs = [
    ...[Name, Prefix, PostInstall ?? [], trimmed(Dependencies)],
    ...(file.kind === "conda" ? [Channels ?? [], trimmed(Pip)] : [(Pip ?? []).length]),
  ];
  const [left, right] = [mine, theirs].map((values) => JSON.stringify(values));
  return left === right ? [] : [`${text}\n  ${left}\n  ${right}`];
}
