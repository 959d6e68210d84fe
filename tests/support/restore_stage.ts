import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileRecord } from "../../src/holotree/file_record.ts";
import type { Library } from "../../src/holotree/library.ts";
import { tarMode } from "../../src/holotree/file_mode.ts";
import { readBlob } from "../../src/holotree/read_blob.ts";
import { walkCatalog } from "../../src/holotree/walk_catalog.ts";

/** Puts an environment into a folder as it was when it was recorded: nothing is relocated. */
export async function restoreStage(library: Library, hash: string, folder: string): Promise<void> {
  const { catalog } = await library.readCatalog(hash);
  const modes: [string, number][] = [[folder, catalog.tree.modes[0]!]];
  for (const { path, node, kind, symlink: target, mode } of walkCatalog(catalog)) {
    const place = join(folder, path);
    if (target !== undefined) {
      await symlink(target, place);
      continue;
    }
    if (kind === "folder") await mkdir(place);
    else {
      const limit = 1024 ** 3;
      await writeFile(place, await readBlob(library, fileRecord(catalog, node), { limit }));
    }
    modes.push([place, mode]);
  }
  // Last, and the innermost first: a folder may forbid to write into it.
  for (const [path, mode] of modes.reverse()) await chmod(path, tarMode(mode));
}
