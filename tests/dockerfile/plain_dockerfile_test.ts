import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { contextDockerfile, plainDockerfile } from "../../src/dockerfile/mod.ts";
import { VERSION } from "../../src/version.ts";
import { readDockerfile, readPairs } from "./read_dockerfile.ts";
import { ROBOTS } from "./robots.ts";

for (const [name, plan] of Object.entries(ROBOTS)) {
  Deno.test(`plainDockerfile() writes ${name}.Dockerfile as it is kept`, async () => {
    const path = fileURLToPath(new URL(`golden/${name}.Dockerfile`, import.meta.url));
    const text = plainDockerfile(plan).replaceAll(`rcc-oci ${VERSION}`, "rcc-oci VERSION");
    if (Deno.env.get("RCC_OCI_WRITE_GOLDEN") === "1") await writeFile(path, text);
    assert.equal(text, await readFile(path, "utf8"));
  });

  Deno.test(`plainDockerfile() means the values of ${name}`, () => {
    const instructions = readDockerfile(plainDockerfile(plan));
    const last = instructions.findLastIndex((instruction) => instruction.name === "FROM");
    const image = instructions.slice(last);
    const { Env, Labels, Entrypoint, Cmd, User } = plan.config;
    const env = new Map(Env!.map((text) => [text.split("=")[0], text.replace(/^[^=]*=/, "")]));
    assert.deepEqual(readPairs(image, "ENV", { LF: "\n" }), env);
    assert.deepEqual(readPairs(image, "LABEL", { LF: "\n" }), new Map(Object.entries(Labels!)));
    assert.deepEqual(JSON.parse(argumentOf(image, "ENTRYPOINT")), Entrypoint);
    assert.deepEqual(JSON.parse(argumentOf(image, "CMD")), Cmd);
    assert.equal(image.findLast((instruction) => instruction.name === "USER")!.rest, User);
    for (const { name, rest } of instructions) {
      if (name === "RUN") assert.ok(Array.isArray(JSON.parse(rest)), rest);
      if (name === "COPY") assert.ok(Array.isArray(JSON.parse(rest.replace(/^(--\S+ )*/, ""))));
    }
  });
}

function argumentOf(instructions: ReturnType<typeof readDockerfile>, name: string): string {
  const found = instructions.filter((instruction) => instruction.name === name);
  assert.equal(found.length, 1, name);
  return found[0]!.rest;
}

const TEXT = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`"'\\$#\n\t {}[]=LFa<;&`) }),
  fc.string({ unit: "grapheme" }),
).filter((text) => !text.includes("\0"));
const NAME = fc.stringMatching(/^[!-<>-~]+$/);

Deno.test("contextDockerfile() means exactly the values that it is given", () => {
  fc.assert(fc.property(
    fc.record({
      name: TEXT,
      content: TEXT,
      env: fc.array(TEXT, { maxLength: 4 }),
      labels: fc.array(fc.tuple(NAME, TEXT), { maxLength: 4 }),
      cmd: fc.array(TEXT),
    }),
    ({ name, content, env, labels, cmd }) => {
      const Env = env.map((value, i) => `NAME_${i}=${value}`);
      const Labels = Object.fromEntries(labels);
      const layers = [{ file: "robot.tar.gz", content }];
      const config = { Env, Labels, Entrypoint: ["/rcc"], Cmd: cmd, User: "1:1" };
      const text = contextDockerfile({ name, layers, config });
      const instructions = readDockerfile(text);
      assert.deepEqual(
        instructions.map((instruction) => instruction.name).filter((name) => name !== "ARG"),
        [
          ...["FROM", "ADD", ...(env.length === 0 ? [] : ["ENV"])],
          ...[...(labels.length === 0 ? [] : ["LABEL"]), "USER", "ENTRYPOINT", "CMD"],
        ],
      );
      const variables = { LF: "\n" };
      assert.deepEqual(
        readPairs(instructions, "ENV", variables),
        new Map(env.map((value, i) => [`NAME_${i}`, value])),
      );
      assert.deepEqual(
        readPairs(instructions, "LABEL", variables),
        new Map(Object.entries(Labels)),
      );
      assert.deepEqual(JSON.parse(argumentOf(instructions, "CMD")), cmd);
    },
  ));
});

Deno.test("a Dockerfile asks for a line feed only when a value has one", () => {
  const text = (value: string) =>
    contextDockerfile({ name: "a", layers: [], config: { Env: [`A=${value}`] } });
  assert.match(text("a\nb"), /^ARG LF\nFROM \$\{LF:\+scratch\}\nARG LF$/m);
  assert.doesNotMatch(text("a\\nb"), /ARG/);
});
