import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  isTemporary,
  makeFolder,
  readFileBytes,
  removeUnused,
  sweepTemporaries,
  useFolder,
  withFileLock,
  writeFileAtomic,
} from "../files/mod.ts";
import {
  type Descriptor,
  encodeJson,
  type Index,
  isIndex,
  isObject,
  MEDIA_TYPES,
  parseManifest,
  parseObject,
} from "../oci/mod.ts";
import { BlobFolder } from "./blob_folder.ts";

const LAYOUT_FILE = "oci-layout";
const INDEX_FILE = "index.json";
const VERSION = "1.0.0";
const REFERENCE_NAME = "org.opencontainers.image.ref.name";
const INDEX_LIMIT = 16 * 1024 * 1024;

/** Options of {@linkcode OciLayout.addManifests}. */
export interface AddManifestsOptions {
  readonly signal?: AbortSignal;
  /** Called once when another process is writing the same index. */
  readonly onWait?: () => void;
}

/** A layout that this process works in. */
export interface OpenedLayout extends AsyncDisposable {
  readonly layout: OciLayout;
}

/**
 * An OCI image layout: a folder of blobs, with an index of the images among them.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export class OciLayout extends BlobFolder {
  private constructor(path: string) {
    super(path);
  }

  /** @throws {SyntaxError} when the folder holds no layout of a version that is known. */
  static async open(path: string): Promise<OciLayout> {
    await stat(path); // A folder that is missing is another case than one with something else in it.
    const bytes = await readIfThere(join(path, LAYOUT_FILE));
    if (bytes === undefined) {
      throw new SyntaxError(`expected an OCI image layout, found no file "${LAYOUT_FILE}" in it`);
    }
    const { imageLayoutVersion } = parseObject(bytes);
    if (imageLayoutVersion !== VERSION) {
      throw new SyntaxError(
        `expected version "${VERSION}" of an OCI image layout, found ${
          JSON.stringify(imageLayoutVersion)
        }`,
      );
    }
    return new OciLayout(path);
  }

  /** @throws {SyntaxError} when `openOrCreate` or `addManifests` would. Changes nothing. */
  static async requireUsable(path: string): Promise<void> {
    if (await isEmpty(path)) return;
    const layout = await OciLayout.open(path);
    await layout.#readRawIndex();
  }

  /**
   * Opens the layout, or makes it, and works in it until it is disposed of. A layout that was not
   * there before is gone again then when it has no image, unless another process has begun to work
   * in it as well.
   *
   * @throws {SyntaxError} when the folder holds something else.
   */
  static async use(path: string): Promise<OpenedLayout> {
    const isNew = await stat(path).then(() => false, () => true);
    const hasImages = () => stat(join(path, INDEX_FILE)).then(() => true, () => false);
    const removeNew = async () => {
      if (isNew) await removeUnused(path, hasImages);
    };
    try {
      for (;;) {
        const layout = await OciLayout.openOrCreate(path);
        const used = await useFolder(path);
        if (used === undefined) continue;
        return {
          layout,
          async [Symbol.asyncDispose]() {
            used[Symbol.dispose]();
            await removeNew();
          },
        };
      }
    } catch (error) {
      await removeNew();
      throw error;
    }
  }

  /**
   * Opens the layout, or makes one of a folder that is empty or does not exist. Its index is written
   * with the first manifest: until then nobody takes the folder for a finished layout.
   *
   * @throws {SyntaxError} when the folder holds something else.
   */
  static async openOrCreate(path: string): Promise<OciLayout> {
    await makeFolder(path);
    if (!await isEmpty(path)) return await OciLayout.open(path);
    await writeFileAtomic(join(path, LAYOUT_FILE), encodeJson({ imageLayoutVersion: VERSION }));
    return new OciLayout(path);
  }

  override async sweep(): Promise<void> {
    await sweepTemporaries(this.path);
    await super.sweep();
  }

  /** The images of the layout, none when it has no index yet. */
  async readIndex(): Promise<Index> {
    const index = parseManifest(encodeJson(await this.#readRawIndex()), MEDIA_TYPES.index);
    if (!isIndex(index)) throw new SyntaxError(`expected an index in "${INDEX_FILE}"`);
    return index;
  }

  /**
   * Adds images to the index, whose blobs are in the layout already. Each takes the place of the one
   * with the same `org.opencontainers.image.ref.name`; all others stay as they are, down to the
   * fields that are unknown here. The index is replaced in one step.
   */
  async addManifests(
    manifests: readonly Descriptor[],
    options: AddManifestsOptions = {},
  ): Promise<void> {
    const names = new Set(manifests.map(referenceName).filter((name) => name !== undefined));
    await withFileLock(join(this.path, LAYOUT_FILE), async () => {
      const index = await this.#readRawIndex();
      const kept = index.manifests.filter((other) => !names.has(referenceName(other) ?? ""));
      await writeFileAtomic(
        join(this.path, INDEX_FILE),
        encodeJson({ ...index, manifests: [...kept, ...manifests] }),
      );
    }, options);
  }

  async #readRawIndex(): Promise<Record<string, unknown> & { readonly manifests: unknown[] }> {
    const bytes = await readIfThere(join(this.path, INDEX_FILE));
    if (bytes === undefined) {
      return { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] };
    }
    const index = parseObject(bytes);
    if (!Array.isArray(index.manifests)) {
      throw new SyntaxError(`expected a list "manifests" in "${INDEX_FILE}"`);
    }
    return { ...index, manifests: index.manifests };
  }
}

/**
 * Whether the folder is empty or missing: false for a layout, also for one that another process
 * makes at this moment.
 *
 * @throws {SyntaxError} when it holds something else.
 */
async function isEmpty(path: string): Promise<boolean> {
  const [name] = await namesIn(path);
  if (name === undefined) return true;
  if (await stat(join(path, LAYOUT_FILE)).then(() => true, () => false)) return false;
  throw new SyntaxError(
    `expected an OCI image layout or an empty folder, found "${name}" in it`,
  );
}

/** Sorted. Temporary files of a process that is making the layout do not count. */
async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).filter((name) => !isTemporary(name)).sort();
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return [];
    throw error;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFileBytes(path, { limit: INDEX_LIMIT });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new SyntaxError(`${error.message} in place of "${basename(path)}"`, { cause: error });
    }
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

function referenceName(descriptor: unknown): string | undefined {
  if (!isObject(descriptor) || !isObject(descriptor.annotations)) return undefined;
  const name = descriptor.annotations[REFERENCE_NAME];
  return typeof name === "string" ? name : undefined;
}
