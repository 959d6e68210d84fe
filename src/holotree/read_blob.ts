import { collect } from "../bytes/mod.ts";
import { decodeInSteps } from "../packing/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { blobModeOf, contentCheckOf } from "./blob.ts";
import type { FileRecord } from "./file_record.ts";
import type { Library } from "./library.ts";
import { paced } from "./slices.ts";

/** Options of {@linkcode readBlob}. */
export interface ReadBlobOptions {
  /** The most bytes that are taken, 16 MiB when it is not given. */
  readonly limit?: number;
}

/**
 * Reads the content of a small file into memory: without its compression, and compared with its
 * digest.
 *
 * @throws {Failure} when it is not in the library, or damaged.
 * @throws {RangeError} when it is larger than the limit.
 */
export async function readBlob(
  library: Pick<Library, "locate" | "path">,
  { name, digest, size }: Pick<FileRecord, "name" | "digest" | "size">,
  { limit = 16 * 1024 * 1024 }: ReadBlobOptions = {},
): Promise<Uint8Array> {
  if (size > limit) throw new RangeError(`expected at most ${limit} bytes, found ${size}`);
  const source = library.locate(digest);
  if (source === undefined) {
    throw new Failure(
      "environment/blob-missing",
      `failed to read ${
        JSON.stringify(name)
      } of the environment: found no blob ${digest} in library ` +
        `"${library.path}", build the environment again with rcc`,
    );
  }
  const decode = blobModeOf(digest) === "compressed";
  const content = decodeInSteps(source, { size, check: contentCheckOf(digest), decode });
  try {
    return await collect(paced(content), limit);
  } catch (cause) {
    throw new Failure(
      "environment/blob-invalid",
      `failed to read ${JSON.stringify(name)} of the environment from "${source.path}": ` +
        `${messageOf(cause)}, check the library with \`rcc holotree check\``,
      { cause },
    );
  }
}
