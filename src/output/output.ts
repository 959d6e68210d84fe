import type { Image } from "../image/mod.ts";
import type { BlobWriter } from "../store/mod.ts";

/** Options of {@linkcode Output.write}. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told the number of bytes of each chunk that was written. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** What an output made. */
export interface Written {
  readonly kind: "layout" | "archive" | "push" | "load";
  /** The folder, file, registry or engine, as the user named it. */
  readonly where: string;
}

/** Where an image goes. */
export interface Output {
  /** Finds out early what would fail later. Changes nothing. @throws {Failure} */
  prepare(): Promise<void>;
  /** Writes the image whole or not at all. @throws {Failure} */
  write(image: Image, options?: WriteOptions): Promise<readonly Written[]>;
  /** Takes a layer's bytes while they are packed, if it can: `write` need not copy them then. */
  begin?(): Promise<BlobWriter | undefined>;
  /** Removes what was taken and not written. */
  [Symbol.asyncDispose]?(): Promise<void>;
}

/** Begins a layer in each that takes one while it is packed. */
export async function beginLayer(outputs: readonly Output[]): Promise<readonly BlobWriter[]> {
  const begun = await Promise.all(outputs.map((output) => output.begin?.()));
  return begun.filter((writer) => writer !== undefined);
}

/** Writes to each in turn. */
export async function writeAll(
  outputs: readonly Output[],
  image: Image,
  options: WriteOptions = {},
): Promise<readonly Written[]> {
  const written: Written[] = [];
  for (const output of outputs) written.push(...await output.write(image, options));
  return written;
}
