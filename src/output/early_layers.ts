import type { StoredBlob } from "../image/mod.ts";
import type { BlobOptions, Digest } from "../oci/mod.ts";
import { type BlobCopy, OciLayout, type OpenedLayout } from "../store/mod.ts";
import type { EarlyOutput } from "./output.ts";

/**
 * Layers that are copied into a layout while others are packed, so that the disk has most of them when
 * all are there. They are temporary files until the image is written, or only synced where they get
 * another name then, and gone when it is not; so is a layout that was made for them. What cannot be
 * copied here is copied later, or that fails.
 */
export class EarlyLayers implements EarlyOutput {
  readonly #opened: OpenedLayout;
  readonly #options: BlobOptions;
  readonly #begun = new Map<Digest, Promise<BlobCopy | undefined>>();

  private constructor(opened: OpenedLayout, options: BlobOptions) {
    this.#opened = opened;
    this.#options = options;
  }

  /** @param folder The layout's, which need not be there. */
  static async begin(folder: string, options: BlobOptions): Promise<EarlyLayers | undefined> {
    return await OciLayout.use(folder)
      .then((opened) => new EarlyLayers(opened, options), () => undefined);
  }

  take(layer: StoredBlob): void {
    const { digest } = layer.descriptor;
    if (this.#begun.has(digest)) return;
    const copying = this.#copy(layer);
    copying.catch(() => {}); // `commit` tells.
    this.#begun.set(digest, copying);
  }

  /** Makes the layer a blob of the layout; says whether there was one to be made. */
  async commit(digest: Digest): Promise<boolean> {
    const begun = this.#begun.get(digest);
    this.#begun.delete(digest);
    await using blob = await begun;
    await blob?.commit(digest);
    return blob !== undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const begun of this.#begun.values()) {
      await begun.then((blob) => blob?.[Symbol.asyncDispose](), () => {});
    }
    this.#begun.clear();
    await this.#opened[Symbol.asyncDispose]();
  }

  async #copy({ descriptor, blobs, checksums }: StoredBlob): Promise<BlobCopy | undefined> {
    const { layout } = this.#opened;
    const file = await blobs.file?.(descriptor.digest);
    if (
      file?.offset !== 0 || file.size !== descriptor.size || await layout.has(descriptor.digest)
    ) return undefined;
    const known = checksums === undefined ? this.#options : { ...this.#options, checksums };
    return await layout.beginCopy(file, descriptor, known);
  }
}
