/** Readers of texts that come from outside: they read them or refuse them in their own words. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { blueprintHash, blueprintText } from "../../src/holotree/mod.ts";
import { formatReference, parseReference } from "../../src/oci/mod.ts";
import { parseChallenge } from "../../src/registry/challenge.ts";
import { findEntry, findHelper, readAuthFile } from "../../src/registry/auth_file.ts";
import { readIgnoreRules } from "../../src/robot/ignore_rules.ts";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { parseRobotDefinition } from "../../src/robot/robot_definition.ts";
import { SourceText } from "../../src/robot/source_text.ts";
import { printable } from "../../src/report/printable.ts";
import { bytesOf, damaged, textOf, wordsOf } from "./inputs.ts";
import type { FuzzSuite } from "./suite.ts";

/** Runs the reader, and takes a refusal of one of these kinds for fine. */
async function readOrRefuse<Result>(
  read: () => Promise<Result> | Result,
  // deno-lint-ignore no-explicit-any
  ...refusals: readonly (abstract new (...args: any[]) => Error)[]
): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) {
      requireOneLine((error as Error).message);
      return undefined;
    }
    throw error;
  }
}

/** Whatever stood in the input, a message is printed on one line that no terminal obeys. */
function requireOneLine(message: string): void {
  const shown = printable(message);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
}

/** One file for all inputs of a suite: they come one after another. */
function fileFor(name: string): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "rcc-oci-fuzz-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, name) };
}

export const references: FuzzSuite<Uint8Array> = {
  name: "references",
  inputs: fc.oneof(
    wordsOf("a", "docker.io", "/", ":", "@", "sha256:", "0".repeat(64), "library", "-", "__", "."),
    damaged(
      bytesOf("ghcr.io:443/acme/bot_1/x.y:v1.0-rc@sha256:" + "ab".repeat(32)),
      bytesOf("debian:stable-slim"),
      bytesOf("[2001:db8::1]:5000/a/b"),
    ),
  ),
  async check(input) {
    const reference = await readOrRefuse(() => parseReference(textOf(input)), SyntaxError);
    if (reference === undefined) return;
    const text = formatReference(reference);
    assert.match(text, /^[a-zA-Z0-9._\-/:@[\]]+$/);
    assert.deepEqual(parseReference(text), reference);
  },
};

export const challenges: FuzzSuite<Uint8Array> = {
  name: "www-authenticate",
  inputs: fc.oneof(
    wordsOf("Bearer ", "Basic ", "realm", "=", '"', ",", " ", "https://a/t", "service", "\\", "x"),
    damaged(
      bytesOf('Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="a"'),
      bytesOf('Negotiate abc==, Basic realm="a \\"b\\"", Bearer realm="http://127.0.0.1:5/"'),
    ),
  ),
  async check(input) {
    const challenge = await readOrRefuse(() => parseChallenge(textOf(input)), SyntaxError);
    if (challenge?.scheme === "bearer") assert.match(challenge.realm.protocol, /^https?:$/);
  },
};

const CONDA = 'channels:\n- conda-forge\ndependencies:\n- python=3.11.7\n- &a "pip = 23"\n' +
  "- pip:\n  - requests==2.31.0\n  - 'a @ https://x/y'\nrccPostInstall:\n- |\n  echo 1\n  echo ä\n";
const YAML_WORDS = [
  ...["- ", ": ", "\n", "\n  ", "  ", "pip", "python=3", "dependencies", "channels", '"', "'"],
  ...["&a ", "*a", "!!str ", "|\n", ">-\n", "{", "}", "[", "]", "#", "? ", "---\n", "<<", "\t"],
];

export const blueprints: FuzzSuite<Uint8Array> = {
  name: "blueprints",
  inputs: fc.oneof(wordsOf(...YAML_WORDS), damaged(bytesOf(CONDA))),
  async check(input) {
    const conda = await readOrRefuse(
      () => parseCondaFile(textOf(input), "conda.yaml"),
      Failure,
      Failures,
    );
    if (conda === undefined) return;
    assert.match(blueprintHash(blueprintText(conda)), /^[0-9a-f]{16}$/);
  },
};

const ROBOT = "tasks:\n  Run all:\n    robotTaskName: Run all\n  Shell:\n    shell: python a.py\n" +
  "artifactsDir: output\ncondaConfigFile: conda.yaml\nPATH:\n- .\nignoreFiles:\n- .gitignore\n";

export const robots: FuzzSuite<Uint8Array> = {
  name: "robot.yaml",
  inputs: fc.oneof(
    wordsOf(...YAML_WORDS, "tasks", "artifactsDir", "shell", "output", "devTasks"),
    damaged(bytesOf(ROBOT)),
  ),
  async check(input) {
    await readOrRefuse(
      () => parseRobotDefinition(new SourceText(textOf(input), "robot.yaml")),
      Failure,
      Failures,
    );
  },
};

const AUTHS = JSON.stringify({
  auths: { "https://index.docker.io/v1/": { auth: btoa("me:hunter2") }, "a.b:5/c": {} },
  credHelpers: { "gcr.io": "gcloud" },
  credsStore: "desktop",
});

const authFile = fileFor("config.json");

export const dockerConfigs: FuzzSuite<Uint8Array> = {
  name: "docker-config",
  inputs: fc.oneof(
    damaged(bytesOf(AUTHS)),
    wordsOf("{", "}", '"auths"', ":", '"auth"', '"bWU6eA=="', '"__proto__"', "[", "]", ",", "1"),
  ),
  async check(input) {
    await writeFile(authFile.path, input);
    const file = await readOrRefuse(() => readAuthFile(authFile.path, "config.json"), SyntaxError);
    if (file === undefined) return;
    const found = findEntry(file, { registry: "docker.io", repository: "library/a" });
    assert.doesNotMatch(Deno.inspect(found, { depth: 9 }), /hunter2/);
    const helper = findHelper(file, "gcr.io");
    assert.ok(helper === undefined || typeof helper === "string");
  },
};

const ignoreFile = fileFor(".gitignore");
const PATHS = [
  "a",
  "a/",
  "a/b",
  "a/b/c.py",
  `${"a".repeat(200)}b`,
  "a b",
  "[x]",
  "ä",
  `${"a/".repeat(90)}z`,
];

export const ignoreRules: FuzzSuite<Uint8Array> = {
  name: "ignore-rules",
  inputs: fc.oneof(
    wordsOf("*", "**", "/", "!", "?", "[", "]", "a", "\\", "\n", "#", " ", "[!a-z]", "*.py", "a*"),
    fc.tuple(fc.constantFrom("*a", "a*", "**/", "?*", "[a-z]*", "*?"), fc.nat(60))
      .map(([part, times]) => bytesOf(part.repeat(times) + "x")),
  ),
  async check(input) {
    await writeFile(ignoreFile.path, input);
    const rules = await readOrRefuse(
      () => readIgnoreRules(ignoreFile.folder, { ignoreFiles: [".gitignore"], exclude: [] }),
      Failure,
    );
    for (const path of PATHS) rules?.match(path);
  },
};
