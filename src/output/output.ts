import type { Image, Layer, LayerCopy } from "../image/mod.ts";
import type { BlobOptions } from "../oci/mod.ts";
import type { EarlyLayers } from "./early_layers.ts";

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
  /**
   * Begins to take layers while they are packed, where `write` would have to copy them: until the
   * result is disposed of, which is to be after `write`.
   *
   * @param from The folder that `write` would copy from.
   */
  begin?(from: string): Promise<EarlyLayers | undefined>;
  /** Writes the image whole or not at all. @throws {Failure} */
  write(image: Image, options?: WriteOptions): Promise<readonly Written[]>;
}

/** Takes layers before the image is there, where outputs can: from the first one on, until disposed of. */
export class EarlyOutputs implements AsyncDisposable {
  readonly #outputs: readonly Output[];
  readonly #from: string;
  readonly #stack = new AsyncDisposableStack();
  #begun: Promise<readonly EarlyLayers[]> | undefined;

  /** @param from The folder that an output would copy from later. */
  constructor(outputs: readonly Output[], from: string) {
    this.#outputs = outputs;
    this.#from = from;
  }

  /** Begins a layer in each. */
  async copies(): Promise<readonly LayerCopy[]> {
    this.#begun ??= this.#begin();
    const copies = await Promise.all((await this.#begun).map((layers) => layers.copy()));
    return copies.filter((copy) => copy !== undefined);
  }

  /** Begins to copy a layer of the cache into each that has not got it. */
  async take({ descriptor, blobs, checksums }: Layer, options: BlobOptions): Promise<void> {
    const file = await blobs.file?.(descriptor.digest);
    if (file?.size !== descriptor.size) return;
    const known = checksums === undefined ? options : { ...options, checksums };
    this.#begun ??= this.#begin();
    for (const layers of await this.#begun) await layers.take(file, descriptor, known);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #begin(): Promise<readonly EarlyLayers[]> {
    const begun: EarlyLayers[] = [];
    for (const output of this.#outputs) {
      const layers = await output.begin?.(this.#from);
      if (layers !== undefined) begun.push(this.#stack.use(layers));
    }
    return begun;
  }
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
