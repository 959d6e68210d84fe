import { createHash, type Hash } from "node:crypto";
import { type BaseLayer, readContents, type TreeFile, type WantedContent } from "../base/mod.ts";
import type { BlobOptions, BlobStore, Digest } from "../oci/mod.ts";
import type { ImagePart, Inspection } from "./inspection.ts";
import { packageOwners, type PackageRecord, recordKind } from "./package_records.ts";

/** A file of an image. Of several names of one content only one is listed. */
export interface ImageFile {
  /** Without a slash before it. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly part: ImagePart;
  /** The Python or conda package that says it is its own: `requests 2.31.0`. */
  readonly package?: string;
  /** Of the content, where it was asked for: SHA-256 in hex. */
  readonly sha256?: string;
}

/** Options of {@linkcode listFiles}. */
export interface ListFilesOptions extends BlobOptions {
  readonly blobs: BlobStore;
  /** Layers whose files' contents are hashed, by their diffIds. */
  readonly hashed?: ReadonlySet<Digest>;
}

/** A text that says which files a package has. */
const LARGEST_RECORD = 16 * 1024 * 1024;

/** The files of an image that was found sound, with the packages that they belong to. */
export async function listFiles(
  { name, tree, layers }: Inspection,
  { blobs, hashed = new Set(), ...options }: ListFilesOptions,
): Promise<readonly ImageFile[]> {
  const files = oneNameEach(tree.entries());
  const records: PackageRecord[] = [];
  const hashes = new Map<string, Hash>();
  const wanted: WantedContent[] = [];
  for (const [path, file] of files) {
    const kind = recordKind(path);
    if (kind !== undefined && file.size <= LARGEST_RECORD) {
      const chunks: Uint8Array[] = [];
      records.push({ path, kind, chunks });
      wanted.push({ file, onChunk: (bytes) => void chunks.push(bytes.slice()) });
    }
    if (hashed.has(layers[file.layer]!.diffId!)) {
      const hash = createHash("sha256");
      hashes.set(path, hash);
      wanted.push({ file, onChunk: (bytes) => void hash.update(bytes) });
    }
  }
  const whole = layers.map(({ descriptor, diffId }): BaseLayer => ({
    descriptor,
    diffId: diffId!,
  }));
  await readContents(wanted, { name, blobs, layers: whole, ...options });
  const owners = packageOwners(records);
  return files.map(([path, { size, layer }]) => {
    const owner = owners.get(path);
    const hash = hashes.get(path);
    return {
      path,
      size,
      part: layers[layer]!.part,
      ...(owner === undefined ? {} : { package: owner }),
      ...(hash === undefined ? {} : { sha256: hash.digest("hex") }),
    };
  });
}

/** The blobs of a library are names of restored files, which say more. */
function oneNameEach(
  entries: Iterable<readonly [string, { readonly type: string }]>,
): readonly (readonly [string, TreeFile])[] {
  const byPlace = new Map<string, readonly [string, TreeFile]>();
  for (const [path, node] of entries) {
    if (node.type !== "file") continue;
    const file = node as TreeFile;
    const place = file.size === 0 ? path : `${file.layer}:${file.offset}`;
    const known = byPlace.get(place);
    if (known === undefined || known[0].includes("/hololib/library/")) {
      byPlace.set(place, [path, file]);
    }
  }
  return [...byPlace.values()];
}
