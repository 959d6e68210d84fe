import { deepEqual, equal, ok } from "node:assert/strict";
import { isSecretName } from "../../src/robot/secret_name.ts";
import { secretPatterns } from "../../src/rcc/secret_patterns.ts";
import { HARMLESS, MISSED, SECRETS, type SecretSample } from "./secret_corpus.ts";

const kindsIn = (text: string, isRecord = false) => [
  ...new Set([...secretPatterns(text, { isRecord })].map(({ kind }) => kind)),
];
const isFound = ({ text }: SecretSample) => kindsIn(text).length > 0;

Deno.test(`secretPatterns() finds ${SECRETS.length - MISSED} of ${SECRETS.length} secrets, each of one kind`, () => {
  const missed = SECRETS.filter((sample) => !isFound(sample));
  deepEqual(missed, SECRETS.slice(-MISSED));
  for (const { text } of SECRETS.slice(0, -MISSED)) equal(kindsIn(text).length, 1, text);
});

Deno.test(`secretPatterns() finds nothing in ${HARMLESS.length} texts that hold no secret`, () => {
  ok(HARMLESS.length >= 50);
  deepEqual(HARMLESS.filter(isFound), []);
});

Deno.test("the names of files without a secret are no alarm", () => {
  deepEqual(HARMLESS.filter(({ path }) => isSecretName(path)), []);
});

Deno.test("secretPatterns() takes every address in a record for that of a channel", () => {
  const text = "https://repo.test/t/zz-9876543210/mine";
  deepEqual([kindsIn(text), kindsIn(text, true)], [[], ["a token in an address (/t/<token>/)"]]);
});

Deno.test("secretPatterns() finds nothing in a hundred thousand beginnings, and comes to an end", () => {
  const beginnings = [
    ...["https://a:", "https://a:b@", "https://a/t/", "https://x/".padEnd(400, "/t/1"), "://"],
    ...["-----BEGIN PRIVATE KEY-----\n", "A: B: ", "\\n", "AKIA ", "PuTTY-User-Key-File-"],
  ];
  for (const beginning of beginnings) {
    deepEqual(kindsIn("-----BEGIN PRIVATE KEY-----\n" + beginning.repeat(100_000)), [], beginning);
  }
});
