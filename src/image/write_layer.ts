import { Checksums, Measure } from "../bytes/mod.ts";
import type { FoundProgram, Packer, Packing } from "../compression/mod.ts";
import { type Descriptor, type Digest, measuredDigest, MEDIA_TYPES } from "../oci/mod.ts";
import type { LayerPlan } from "../plan/mod.ts";
import type { BlobWriter } from "../store/mod.ts";
import { tarSegments } from "../tar/mod.ts";

/** Takes the bytes of a layer besides the cache, while they are packed. Nothing fails here. */
export interface LayerCopy extends AsyncDisposable {
  /** Adds the bytes at the end. */
  write(bytes: Uint8Array): void;
  /** Has the disk begin with what was written; need not be waited for. */
  flushAhead(): Promise<void>;
  /** Keeps the copy, beyond its scope. */
  keep(digest: Digest): void;
}

/** Options of {@linkcode writeLayer}. */
export interface WriteLayerOptions {
  readonly packer: Packer;
  readonly copies?: readonly LayerCopy[];
  readonly signal?: AbortSignal | undefined;
  /** Whether nothing of the content is taken for granted. */
  readonly thorough?: boolean;
  /** Told the bytes of the tar as they are packed. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Told of each program among the content that is decoded. */
  readonly onProgram?: ((program: FoundProgram) => void) | undefined;
}

/** What was written. */
export interface WrittenLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** Size of the tar in bytes. */
  readonly tarSize: number;
  /** CRC-32 of each MiB of the packed layer: they tell damage sooner than its digest does. */
  readonly checksums?: readonly number[];
}

const FLUSH_BYTES = 16 * 1024 * 1024;

/**
 * Packs a layer in one pass: content is read, checked, packed and hashed as it streams by.
 *
 * @throws {ContentError} when content is not what the plan says; nothing remains then.
 */
export async function writeLayer(
  plan: LayerPlan,
  output: BlobWriter,
  { packer, copies = [], thorough = false, signal, onProgress, onProgram }: WriteLayerOptions,
): Promise<WrittenLayer> {
  const measure = new Measure();
  const checksums = new Checksums();
  let unflushed = 0;
  function write(bytes: Uint8Array): void {
    measure.update(bytes);
    checksums.update(bytes);
    output.write(bytes);
    for (const copy of copies) copy.write(bytes);
    unflushed += bytes.length;
    if (unflushed < FLUSH_BYTES) return;
    output.flushAhead();
    for (const copy of copies) copy.flushAhead();
    unflushed = 0;
  }
  const segments = tarSegments(await plan.open({ thorough }));
  const tar = await packer.pack(segments, { write, signal, onProgress, onProgram });
  const packed = measure.finish();
  const digest = measuredDigest(packed);
  await output.commit(digest);
  for (const copy of copies) copy.keep(digest);
  return {
    descriptor: { mediaType: layerType(packer.packing), digest, size: packed.size },
    diffId: measuredDigest(tar),
    tarSize: tar.size,
    checksums: checksums.finish(),
  };
}

function layerType({ codec }: Packing): string {
  return codec === "gzip" ? MEDIA_TYPES.layerGzip : MEDIA_TYPES.layerZstd;
}
