import {
  type Content,
  ContentError,
  type DecodedContent,
  decodeInSteps,
  environmentEntries,
  type EnvironmentLayer,
  Patching,
} from "../packing/mod.ts";
import { collect } from "../bytes/mod.ts";
import { messageOf } from "../failure/mod.ts";
import type { BytecodeOrder } from "./order.ts";

/** A source as a container has it. */
export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly content: DecodedContent;
}

/** The sources of a layer that are asked for, in the layer's order. */
export function* sourcesOf(
  layer: EnvironmentLayer,
  { folder, sources }: Pick<BytecodeOrder, "folder" | "sources">,
): Generator<Source> {
  const root = `${layer.root}/`;
  /** Of files, which equal ones are hard links to. */
  const contents = new Map<string, Content>();
  for (const entry of environmentEntries({ ...layer, others: [] }, { beginsAsGzip: false })) {
    const { path, type } = entry;
    if ((type !== "file" && type !== "hardlink") || !path.startsWith(root)) continue;
    const inEnvironment = path.slice(root.length);
    const content = type === "file" ? entry.content : contents.get(entry.target);
    if (content?.kind !== "decoded") continue;
    if (type === "file") contents.set(path, content);
    if (sources.has(inEnvironment)) yield { path: `${folder}/${inEnvironment}`, content };
  }
}

/** A source whole: checked, and with the names of the container. @throws {ContentError} */
export async function readModuleSource({ content }: Source): Promise<Uint8Array> {
  const { name, stored, expected, patch, size } = content;
  let bytes: Uint8Array;
  try {
    bytes = await collect(decodeInSteps(stored, expected), size);
  } catch (error) {
    const isSystem = typeof (error as { code?: unknown }).code === "string";
    throw new ContentError(name, isSystem ? "unreadable" : "damaged", messageOf(error));
  }
  if (patch === undefined) return bytes;
  const patching = new Patching(patch);
  const patched = patching.apply(bytes, 0);
  try {
    patching.finish();
  } catch (error) {
    throw new ContentError(name, "unpatchable", messageOf(error));
  }
  return patched;
}
