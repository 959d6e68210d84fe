import { resolve } from "node:path";
import { concurrently, streamOf } from "../bytes/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { mayShareCopies } from "../files/mod.ts";
import type { Image, InlineBlob, StoredBlob } from "../image/mod.ts";
import { OciLayout } from "../store/mod.ts";
import { EarlyLayers } from "./early_layers.ts";
import { imageBlobs, namedManifests } from "./image_files.ts";
import { type Output, type StagedImage, type WriteOptions, writeStaged } from "./output.ts";
import { requireWritableFolder } from "./writable.ts";

/** The small ones wait for the disk while a large one is copied. */
const AT_ONCE = 4;

/** Adds the image to an OCI image layout, which is made when it is not there. Other images stay. */
export function layoutOutput(path: string): Output {
  const folder = resolve(path);
  let early: EarlyLayers | undefined;
  const stage = async (image: Image, options: WriteOptions = {}): Promise<StagedImage> => {
    await using begun = new AsyncDisposableStack();
    const { layout } = begun.use(await failingAs(path, () => OciLayout.use(folder)));
    await failingAs(path, async () => {
      await layout.sweep();
      const { signal } = options;
      await concurrently(
        imageBlobs(image),
        { limit: AT_ONCE, signal },
        (blob, signal) => addBlob(layout, blob, { ...options, signal, early }),
      );
      signal?.throwIfAborted();
    });
    const stack = begun.move();
    return {
      written: [{ kind: "layout", where: path }],
      commit: () =>
        failingAs(path, () => layout.addManifests(namedManifests(image), withSignal(options))),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  };
  return {
    async prepare() {
      await requireWritableFolder(folder, "an OCI layout");
      await failingAs(path, () => OciLayout.requireUsable(folder));
    },
    async begin(from, { signal, base }) {
      const options = signal === undefined ? {} : { signal };
      early = await mayShareCopies(from, folder)
        ? undefined
        : await EarlyLayers.begin(folder, options);
      for (const layer of base) early?.take(layer);
      return early;
    },
    stage,
    write: (image, options) => writeStaged(stage(image, options)),
  };
}

async function addBlob(
  layout: OciLayout,
  blob: StoredBlob | InlineBlob,
  { signal, onProgress, early }: WriteOptions & { readonly early: EarlyLayers | undefined },
): Promise<void> {
  const { descriptor } = blob;
  signal?.throwIfAborted();
  const { checksums } = "bytes" in blob ? {} : blob;
  const known = {
    ...(signal === undefined ? {} : { signal }),
    ...(checksums === undefined ? {} : { checksums }),
  };
  if (
    await layout.isWhole(descriptor, known) || await early?.commit(descriptor.digest)
  ) {
    onProgress?.(descriptor.size);
    return;
  }
  const options = { ...known, ...(onProgress === undefined ? {} : { onProgress }) };
  if ("bytes" in blob) {
    await layout.put(streamOf(blob.bytes), descriptor.mediaType, options);
    return;
  }
  const file = await blob.blobs.file?.(descriptor.digest);
  if (file !== undefined && file.offset === 0 && file.size === descriptor.size) {
    await layout.addFile(file, descriptor, options);
  } else {
    await layout.put(await blob.blobs.open(descriptor, options), descriptor.mediaType);
  }
}

function withSignal({ signal }: WriteOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

async function failingAs<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(
      "output/exists",
      `failed to write OCI layout "${path}": ${messageOf(error)}; name another folder`,
      { cause: error },
    );
  }
}
