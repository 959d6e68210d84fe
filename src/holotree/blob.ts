import { createHash } from "node:crypto";
import { SipHash, type SipKey, toHex } from "../bytes/mod.ts";
import type { ContentCheck, StoredBytes } from "../packing/mod.ts";

export { blobPath } from "../packing/mod.ts";

/** Where a blob's bytes lie on this machine. Plain data, so that a worker can be given it. */
export type BlobLocation = StoredBytes;

/**
 * How a library keeps its blobs. In a raw one, which RCC writes when `compress.no` stands in the
 * catalog folder, they are the files' own bytes whatever they begin with; in a compressed one they
 * are gzip, or zstd, or raw.
 */
export type BlobMode = "compressed" | "raw";

const SHA256_DIGITS = 64;
const SIPHASH_DIGITS = 32;

// The two little-endian words of RCC's text "Very_Random-Seed".
const RAW_KEY: SipKey = { k0: 0x6e61525f79726556n, k1: 0x646565532d6d6f64n };

/** Whether a text is a digest of either form. */
export function isBlobDigest(text: string): boolean {
  if (text.length !== SHA256_DIGITS && text.length !== SIPHASH_DIGITS) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isDigit = unit >= ZERO && unit <= NINE || unit >= LETTER_A && unit <= LETTER_F;
    if (!isDigit) return false;
  }
  return true;
}

const [ZERO, NINE, LETTER_A, LETTER_F] = [0x30, 0x39, 0x61, 0x66] as const;

/** The mode of the library that a digest is from: the form of the digest is the one sure sign. */
export function blobModeOf(digest: string): BlobMode {
  return digest.length === SIPHASH_DIGITS ? "raw" : "compressed";
}

/** The hash that a file's content must have. */
export function contentCheckOf(digest: string): ContentCheck {
  return blobModeOf(digest) === "raw"
    ? { algorithm: "siphash128", key: RAW_KEY, hex: digest }
    : { algorithm: "sha256", hex: digest };
}

/** The digest of content in a library of this mode. */
export function contentDigest(content: Uint8Array, mode: BlobMode): string {
  if (mode === "compressed") return createHash("sha256").update(content).digest("hex");
  const hash = new SipHash(RAW_KEY, 16);
  hash.update(content);
  return toHex(hash.finish());
}
