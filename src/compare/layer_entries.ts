import { createHash } from "node:crypto";
import { collect } from "../bytes/mod.ts";
import { readTar, type TarMember } from "../tar/mod.ts";
import type { EntryAspect, EntryChange } from "./difference.ts";
import { firstDifference } from "./first_difference.ts";

/** Opens a layer's tar anew. */
export type OpenTar = () => Promise<ReadableStream<Uint8Array>>;

/** An entry of a layer as texts, and the content by its hash. */
type LayerEntry = Readonly<Partial<Record<EntryAspect, string>>> & {
  readonly path: string;
  readonly type: string;
};

/** What was kept of a layer while it was read: the contents of some paths. */
export interface KeptContents {
  isKept(path: string): boolean;
  readonly image: Map<string, Uint8Array>;
  readonly built: Map<string, Uint8Array>;
}

/**
 * What the tars of two layers differ in, entry by entry, in the order of the one that was built. Of
 * contents, the first alone is looked at for its byte.
 */
export async function compareLayers(
  tars: { readonly image: OpenTar; readonly built: OpenTar },
  kept: KeptContents,
): Promise<readonly EntryChange[]> {
  const image = await readEntries(tars.image, kept.isKept, kept.image);
  const built = await readEntries(tars.built, kept.isKept, kept.built);
  const changes = [...new Set([...built.keys(), ...image.keys()])].flatMap((key) =>
    entryChanges(image.get(key), built.get(key))
  );
  const first = changes.find(({ what }) => what === "content");
  if (first !== undefined) {
    const byte = await firstDifference(
      contentOf(await tars.image(), first.path),
      contentOf(await tars.built(), first.path),
    );
    if (byte !== undefined) changes[changes.indexOf(first)] = { ...first, byte };
  }
  if (changes.length > 0) return changes;
  const byte = await firstDifference(await tars.image(), await tars.built());
  return byte === undefined ? [] : [{ path: "", what: "tar", byte }];
}

/** A path that a layer has twice is two entries. */
function entryKey(path: string, occurrence = 0): string {
  return occurrence === 0 ? path : `${path}\0${occurrence}`;
}

async function readEntries(
  open: OpenTar,
  isKept: (path: string) => boolean,
  contents: Map<string, Uint8Array>,
): Promise<ReadonlyMap<string, LayerEntry>> {
  const entries = new Map<string, LayerEntry>();
  for await (const member of readTar(await open())) {
    let occurrence = 0;
    while (entries.has(entryKey(member.path, occurrence))) occurrence++;
    const content = member.type === "file"
      ? await hashContent(member.content, isKept(member.path))
      : undefined;
    if (content?.bytes !== undefined) contents.set(member.path, content.bytes);
    entries.set(entryKey(member.path, occurrence), {
      ...describe(member),
      ...(content === undefined ? {} : { content: content.sha256 }),
    });
  }
  return entries;
}

/** Of a text that is kept: the catalog of 200,000 files, as it is packed, is far smaller. */
const KEPT_LIMIT = 256 * 1024 * 1024;

async function hashContent(content: AsyncIterable<Uint8Array>, isKept: boolean) {
  const hash = createHash("sha256");
  if (isKept) {
    const bytes = await collect(content, KEPT_LIMIT);
    return { sha256: hash.update(bytes).digest("hex"), bytes };
  }
  for await (const chunk of content) hash.update(chunk);
  return { sha256: hash.digest("hex") };
}

function describe(member: TarMember): LayerEntry {
  const { path, type, mode, uid, gid, mtime, xattrs } = member;
  return {
    path,
    type,
    ...("target" in member ? { target: member.target } : {}),
    mode: mode.toString(8).padStart(4, "0"),
    owner: `${uid}:${gid}`,
    mtime: String(mtime),
    xattrs: xattrs.join(" "),
  };
}

/** By their weight: who reads the first line of a type needs no other. */
const ASPECTS = ["type", "content", "target", "mode", "owner", "mtime", "xattrs"] as const;

function entryChanges(image?: LayerEntry, built?: LayerEntry): readonly EntryChange[] {
  if (image === undefined) return [{ path: built!.path, what: "missing", built: built!.type }];
  if (built === undefined) return [{ path: image.path, what: "added", image: image.type }];
  const { path } = built;
  if (image.type !== built.type) {
    return [{ path, what: "type", image: image.type, built: built.type }];
  }
  return ASPECTS.filter((what) => image[what] !== built[what]).map((what) =>
    what === "content"
      ? { path, what }
      : { path, what, image: image[what] ?? "", built: built[what] ?? "" }
  );
}

async function* contentOf(
  tar: ReadableStream<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const member of readTar(tar)) {
    if (member.path !== path || member.type !== "file") continue;
    yield* member.content;
    return;
  }
}
