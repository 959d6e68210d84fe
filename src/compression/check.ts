import { createHash } from "node:crypto";
import { SipHash, toHex } from "../bytes/mod.ts";
import type { ContentCheck, Expected } from "./content.ts";
import { isGzip } from "./gzip.ts";

/** Begins to hash content that must have a certain hash in the end. */
export function startCheck(check: ContentCheck): {
  update(bytes: Uint8Array): void;
  /** @throws {RangeError} when the hash is another. */
  finish(): void;
} {
  const hash = check.algorithm === "sha256" ? sha256() : siphash128(check.key);
  return {
    update: hash.update,
    finish() {
      const found = hash.finish();
      if (found !== check.hex) {
        throw new RangeError(`expected ${check.algorithm} ${check.hex}, found ${found}`);
      }
    },
  };
}

/** Content is not what the layer's other entries were made for. */
export class UnforeseenError extends RangeError {
  override readonly name = "UnforeseenError";
}

/** @throws {UnforeseenError} when content begins as gzip does, and nobody thought so. */
export function requireForeseen(beginning: Uint8Array, expected: Expected): void {
  if (expected.isGzip === false && isGzip(beginning)) {
    throw new UnforeseenError("expected other content, found gzip");
  }
}

function sha256() {
  const hash = createHash("sha256");
  return {
    update: (bytes: Uint8Array) => void hash.update(bytes),
    finish: () => hash.digest("hex"),
  };
}

function siphash128(key: { readonly k0: bigint; readonly k1: bigint }) {
  const hash = new SipHash(key, 16);
  return {
    update: (bytes: Uint8Array) => hash.update(bytes),
    finish: () => toHex(hash.finish()),
  };
}
