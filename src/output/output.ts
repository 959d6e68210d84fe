import type { Image } from "../image/mod.ts";

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
