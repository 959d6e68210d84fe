import { createHash } from "node:crypto";
import { SipHash, toHex } from "../bytes/mod.ts";
import type { Expected } from "./content.ts";

/** Compares content with what it must be, as it streams by. */
export class ContentVerifier {
  readonly #expected: Expected;
  readonly #hash: Hash;
  #size = 0;

  constructor(expected: Expected) {
    const { check } = expected;
    this.#expected = expected;
    this.#hash = check.algorithm === "sha256" ? sha256() : siphash128(check.key);
  }

  /** @throws {RangeError} when there is more of it than there should be. */
  update(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.#expected.size) throw this.#unexpectedSize("more");
    this.#hash.update(bytes);
  }

  /** @throws {RangeError} when there was less of it, or its hash is another. */
  finish(): void {
    const { size, check: { algorithm, hex } } = this.#expected;
    if (this.#size !== size) throw this.#unexpectedSize(this.#size);
    const found = this.#hash.finish();
    if (found !== hex) throw new RangeError(`expected ${algorithm} ${hex}, found ${found}`);
  }

  #unexpectedSize(found: number | "more"): RangeError {
    return new RangeError(`expected ${this.#expected.size} bytes, found ${found}`);
  }
}

interface Hash {
  update(bytes: Uint8Array): void;
  /** As hex digits. */
  finish(): string;
}

function sha256(): Hash {
  const hash = createHash("sha256");
  return {
    update: (bytes: Uint8Array) => void hash.update(bytes),
    finish: () => hash.digest("hex"),
  };
}

function siphash128(key: { readonly k0: bigint; readonly k1: bigint }): Hash {
  const hash = new SipHash(key, 16);
  return {
    update: (bytes: Uint8Array) => hash.update(bytes),
    finish: () => toHex(hash.finish()),
  };
}
