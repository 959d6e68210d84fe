/**
 * Streams of bytes: measure (hash and count), verify, collect, take apart, SipHash. No domain word inside.
 *
 * ```ts
 * import { collect, measureBytes, streamOf, verifying } from "./mod.ts";
 *
 * const bytes = new TextEncoder().encode("hello\n");
 * const checked = streamOf(bytes).pipeThrough(verifying(measureBytes(bytes)));
 * console.assert((await collect(checked, 1024)).length === 6);
 * ```
 *
 * @module
 */
export { Checksums } from "./checksums.ts";
export { collect, collectLarge, streamOf } from "./collect.ts";
export { concat } from "./concat.ts";
export { concurrently } from "./concurrently.ts";
export { formatBytes } from "./format_bytes.ts";
export { toHex } from "./hex.ts";
export { Measure, measureBytes, type Measurement, measuring } from "./measure.ts";
export { cutOff, Pieces } from "./pieces.ts";
export { SipHash, sipHash64, type SipKey } from "./siphash.ts";
export { unlessAborted } from "./unless_aborted.ts";
export { IntegrityError, requireEqual, verifying } from "./verify.ts";
