import type { LayerCopy } from "../image/mod.ts";
import type { BlobFile, BlobOptions, Descriptor, Digest } from "../oci/mod.ts";
import { type BlobWriter, OciLayout, type OpenedLayout } from "../store/mod.ts";

/**
 * Layers that are written into a layout while they are packed, or while others are, so that the disk
 * has most of them when all are whole. They are temporary files there until the image is written, and gone when it is not;
 * so is a layout that was made for them. What cannot be written here is copied later, or that fails.
 */
export class EarlyLayers implements AsyncDisposable {
  readonly #opened: OpenedLayout;
  readonly #kept = new Map<Digest, Promise<BlobWriter>>();

  private constructor(opened: OpenedLayout) {
    this.#opened = opened;
  }

  /** @param folder The layout's, which need not be there. */
  static async begin(folder: string): Promise<EarlyLayers | undefined> {
    return await OciLayout.use(folder).then((opened) => new EarlyLayers(opened), () => undefined);
  }

  /** Begins a layer. */
  async copy(): Promise<LayerCopy | undefined> {
    let blob = await this.#opened.layout.begin().catch(() => undefined);
    if (blob === undefined) return undefined;
    const dispose = async () => {
      const file = blob;
      blob = undefined; // At once: what has failed must not be kept.
      await file?.[Symbol.asyncDispose]();
    };
    return {
      write(bytes) {
        try {
          blob?.write(bytes);
        } catch {
          void dispose();
        }
      },
      flushAhead: async () => await blob?.flushAhead(),
      keep: (digest) => {
        if (blob === undefined || this.#kept.has(digest)) return;
        this.#kept.set(digest, Promise.resolve(blob));
        blob = undefined;
      },
      [Symbol.asyncDispose]: dispose,
    };
  }

  /** Begins to copy a layer that the layout has not got. Whether that fails is found by `commit`. */
  async take(file: BlobFile, descriptor: Descriptor, options: BlobOptions): Promise<void> {
    const { layout } = this.#opened;
    if (this.#kept.has(descriptor.digest) || await layout.has(descriptor.digest)) return;
    const copying = layout.beginCopy(file, descriptor, options);
    copying.catch(() => {}); // Perhaps nobody asks.
    this.#kept.set(descriptor.digest, copying);
  }

  /**
   * Makes the layer a blob of the layout; says whether there was one to be made.
   *
   * @throws what its copying threw.
   */
  async commit(digest: Digest): Promise<boolean> {
    const begun = this.#kept.get(digest);
    this.#kept.delete(digest);
    await using blob = await begun;
    await blob?.commit(digest);
    return blob !== undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const begun of this.#kept.values()) {
      await begun.then((blob) => blob[Symbol.asyncDispose](), () => {});
    }
    this.#kept.clear();
    await this.#opened[Symbol.asyncDispose]();
  }
}
