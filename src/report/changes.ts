import type { ImageFile } from "../inspect/mod.ts";

/** A file that is not the same in two images. */
export interface Change {
  readonly kind: "added" | "removed" | "changed";
  readonly path: string;
  /** Bytes, where it was there. */
  readonly before?: number;
  readonly after?: number;
}

/** What is not the same, the largest differences first. Contents count where both are known. */
export function changesOf(
  before: readonly ImageFile[],
  after: readonly ImageFile[],
): readonly Change[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const changes: Change[] = [];
  for (const file of after) {
    const known = old.get(file.path);
    old.delete(file.path);
    if (known === undefined) changes.push({ kind: "added", path: file.path, after: file.size });
    else if (known.size !== file.size || known.sha256 !== file.sha256) {
      changes.push({ kind: "changed", path: file.path, before: known.size, after: file.size });
    }
  }
  for (const { path, size } of old.values()) changes.push({ kind: "removed", path, before: size });
  return changes.sort((a, b) => weight(b) - weight(a) || (a.path < b.path ? -1 : 1));
}

function weight({ before = 0, after = 0 }: Change): number {
  return Math.abs(after - before);
}
