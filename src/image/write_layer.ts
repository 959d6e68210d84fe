import { Measure } from "../bytes/mod.ts";
import { type Packing, packTar } from "../compression/mod.ts";
import { type Descriptor, type Digest, measuredDigest, MEDIA_TYPES } from "../oci/mod.ts";
import type { LayerPlan } from "../plan/mod.ts";
import { tarSegments } from "../tar/mod.ts";

/** Where a layer's packed bytes go: a file that gets its name when its digest is known. */
export interface BlobFileWriter extends AsyncDisposable {
  write(bytes: Uint8Array): void;
  flushAhead(): void;
  /** Keeps the bytes under their digest. Without it nothing remains of them. */
  commit(digest: Digest): Promise<void>;
}

/** Options of {@linkcode writeLayer}. */
export interface WriteLayerOptions {
  readonly packing: Packing;
  /** How many workers, at least 1. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes of the tar as they are packed. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** What was written. */
export interface WrittenLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** Size of the tar in bytes. */
  readonly tarSize: number;
}

const FLUSH_BYTES = 64 * 1024 * 1024;

/**
 * Packs a layer in one pass: content is read, checked, packed and hashed as it streams by.
 *
 * @throws {ContentError} when content is not what the plan says; nothing remains then.
 */
export async function writeLayer(
  plan: LayerPlan,
  output: BlobFileWriter,
  { packing, jobs, signal, onProgress }: WriteLayerOptions,
): Promise<WrittenLayer> {
  const tar = new Measure();
  const packed = new Measure();
  let unflushed = 0;
  const segments = tarSegments(await plan.open());
  const options = { packing, jobs, ...(signal === undefined ? {} : { signal }) };
  for await (const { kind, bytes } of packTar(segments, options)) {
    if (kind === "tar") {
      tar.update(bytes);
      onProgress?.(bytes.length);
      continue;
    }
    packed.update(bytes);
    output.write(bytes);
    unflushed += bytes.length;
    if (unflushed < FLUSH_BYTES) continue;
    output.flushAhead();
    unflushed = 0;
  }
  const { sha256, size } = packed.finish();
  const tarMeasurement = tar.finish();
  const digest: Digest = `sha256:${sha256}`;
  await output.commit(digest);
  return {
    descriptor: { mediaType: layerType(packing), digest, size },
    diffId: measuredDigest(tarMeasurement),
    tarSize: tarMeasurement.size,
  };
}

function layerType({ codec }: Packing): string {
  return codec === "gzip" ? MEDIA_TYPES.layerGzip : MEDIA_TYPES.layerZstd;
}
