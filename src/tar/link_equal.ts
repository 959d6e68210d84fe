import type { Sized, TarEntry, TarFile } from "./entry.ts";

/** File systems limit the names of a file: ext4 allows 65,000, btrfs fewer in one folder. */
const MOST_NAMES = 1000;

/**
 * Makes files of equal identity, mode and owner one file of many names: the first in the given order
 * stays, the others become hard links to it. Empty files stay what they are.
 */
export function* linkEqualFiles<Content extends Sized>(
  entries: Iterable<TarEntry<Content>>,
): Generator<TarEntry<Content>> {
  const first = new Map<string, { readonly path: string; names: number }>();
  for (const entry of entries) {
    const key = entry.type === "file" ? linkKey(entry) : undefined;
    const known = key === undefined ? undefined : first.get(key);
    if (entry.type !== "file" || key === undefined) {
      yield entry;
    } else if (known === undefined || known.names === MOST_NAMES) {
      first.set(key, { path: entry.path, names: 1 });
      yield entry;
    } else {
      known.names++;
      const { path, owner, mtime, mode } = entry;
      yield { type: "hardlink", path, owner, mtime, mode, target: known.path };
    }
  }
}

function linkKey({ identity, mode, owner, content }: TarFile): string | undefined {
  if (identity === undefined || content.size === 0) return undefined;
  return `${identity} ${mode} ${owner.uid} ${owner.gid}`;
}
