import { basename } from "node:path";
import {
  type BlobStore,
  type Descriptor,
  type Index,
  isIndex,
  MEDIA_TYPES,
  parseManifest,
} from "../oci/mod.ts";
import { ArchiveStore, OciLayout } from "../store/mod.ts";
import { chosenName, type LocalName, parseLocalName } from "./local_name.ts";
import { openArchive } from "./open_archive.ts";
import type { BaseOrigin, BaseSource } from "./origin.ts";
import { pickImage } from "./pick_image.ts";

const REFERENCE_NAME = "org.opencontainers.image.ref.name";
const INDEX_LIMIT = 16 * 1024 * 1024;

/** An image of an OCI image layout: `oci:dir[:tag]`. */
export const layoutSource: BaseSource = async (name) => {
  const local = parseLocalName(name.slice("oci:".length));
  const layout = await OciLayout.open(local.path);
  return originIn(await layout.readIndex(), { name, local, blobs: layout });
};

/** The same in a tar archive: `oci-archive:file[:tag]`. */
export const layoutArchiveSource: BaseSource = async (name, options) => {
  const local = parseLocalName(name.slice("oci-archive:".length));
  const archive = await openArchive(local.path, options);
  const bytes = await archive.read("index.json", INDEX_LIMIT);
  if (bytes === undefined) {
    const isDockers = archive.file("manifest.json") !== undefined;
    throw new SyntaxError(
      `expected a file "index.json" in the archive, ` +
        (isDockers ? `name it "docker-archive:…"` : `use an archive of an OCI image layout`),
    );
  }
  const index = parseManifest(bytes, MEDIA_TYPES.index);
  if (!isIndex(index)) throw new SyntaxError(`expected an index in the archive's "index.json"`);
  return originIn(index, { name, local, blobs: new ArchiveStore(archive.blobs()) });
};

interface OriginOptions {
  readonly name: string;
  readonly local: LocalName;
  readonly blobs: BlobStore;
}

function originIn(index: Index, { name, local, blobs }: OriginOptions): BaseOrigin {
  const roots = pickImage(index.manifests, { name, tag: local.tag, namesOf, areOne });
  const referenceName = chosenName(namesOf(roots[0]), local) ?? basename(local.path);
  return { referenceName, roots, isPublished: true, blobs };
}

function namesOf({ annotations }: Descriptor): readonly string[] {
  const name = annotations?.[REFERENCE_NAME];
  return name === undefined ? [] : [name];
}

/** One under several names, or one for several platforms in a layout without an index of its own. */
function areOne(images: readonly Descriptor[]): boolean {
  const isUnnamed = images.every((image) => namesOf(image).length === 0);
  return new Set(images.map(({ digest }) => digest)).size === 1 ||
    (isUnnamed && images.every(({ platform }) => platform !== undefined));
}
