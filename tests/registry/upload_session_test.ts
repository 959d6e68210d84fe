import assert from "node:assert/strict";
import { receivedBytes, withDigest } from "../../src/registry/upload_session.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

Deno.test("withDigest() adds the digest and leaves the rest as it was written", () => {
  const added = `digest=sha256%3A${"a".repeat(64)}`;
  const cases = [
    ["https://r.test/u/1", `https://r.test/u/1?${added}`],
    ["https://r.test/u/1?", `https://r.test/u/1?${added}`],
    [
      "https://r.test/u/1?_state=a%2Fb+c%3D&x=%7E",
      `https://r.test/u/1?_state=a%2Fb+c%3D&x=%7E&${added}`,
    ],
  ];
  for (const [address, expected] of cases) {
    assert.equal(withDigest(new URL(address!), DIGEST).href, expected);
  }
});

Deno.test("receivedBytes() reads a Range as registries write it", () => {
  const cases: [string | undefined, number | undefined][] = [
    ["0-0", 0],
    ["0-41", 42],
    ["bytes=0-41", 42],
    ["0-9007199254740990", 9007199254740991],
    [undefined, undefined],
    ["", undefined],
    ["1-41", undefined],
    ["0--1", undefined],
    ["0-41, 50-60", undefined],
    ["bytes 0-41/42", undefined],
  ];
  for (const [range, expected] of cases) {
    assert.equal(receivedBytes({ headers: range === undefined ? {} : { range } }), expected, range);
  }
});
