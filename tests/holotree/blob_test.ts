import { deepEqual, equal } from "node:assert/strict";
import {
  blobModeOf,
  blobPath,
  contentCheckOf,
  contentDigest,
  isBlobDigest,
} from "../../src/holotree/blob.ts";

const HELLO = new TextEncoder().encode("hello\n");
const SHA256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
const SIPHASH = "79385034bd2529e675348170617088f5";

Deno.test("contentDigest() is what RCC calls content in both kinds of libraries", () => {
  equal(contentDigest(HELLO, "compressed"), SHA256);
  equal(contentDigest(HELLO, "raw"), SIPHASH);
});

Deno.test("blobModeOf() tells the kind of library by the form of the digest", () => {
  deepEqual([SHA256, SIPHASH].map(blobModeOf), ["compressed", "raw"]);
});

Deno.test("contentCheckOf() names the hash that content must have", () => {
  deepEqual(contentCheckOf(SHA256), { algorithm: "sha256", hex: SHA256 });
  const { algorithm, hex } = contentCheckOf(SIPHASH);
  deepEqual({ algorithm, hex }, { algorithm: "siphash128", hex: SIPHASH });
});

Deno.test("blobPath() sorts blobs into folders by their first digits", () => {
  equal(blobPath(SHA256), `library/58/91/b5/${SHA256}`);
});

Deno.test("isBlobDigest() knows both forms and no other", () => {
  deepEqual([SHA256, SIPHASH].map(isBlobDigest), [true, true]);
  const others = ["", "N/A", SHA256.slice(1), `${SIPHASH}0`, SHA256.toUpperCase(), `${SIPHASH}\n`];
  deepEqual(others.filter(isBlobDigest), []);
});
