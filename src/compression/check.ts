import { createHash } from "node:crypto";
import { SipHash, toHex } from "../bytes/mod.ts";
import type { ContentCheck } from "./content.ts";

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
