import { bytesContent, type Content, fileContent } from "../packing/mod.ts";
import type { RobotEntry } from "../robot/mod.ts";
import type { TarDirectory, TarEntry, TarOwner } from "../tar/mod.ts";
import { entryPath, FIXED_TIME, IMAGE_PATHS } from "./paths.ts";

/** Options of {@linkcode robotEntries}. */
export interface RobotLayerOptions {
  readonly owner: TarOwner;
  /** The folders that artifacts are written into, absolute, the robot's own first. */
  readonly artifacts: readonly string[];
  readonly artifactsOwner: TarOwner;
  /** 0777 where any uid must be able to write: engines give it to what is mounted there, too. */
  readonly artifactsMode: number;
}

/**
 * The robot's code, and its artifacts folders, of which the first is among the robot's; one by one,
 * for they may be many.
 */
export function* robotEntries(
  listed: Iterable<RobotEntry>,
  { owner, artifacts, artifactsOwner, artifactsMode }: RobotLayerOptions,
): Generator<TarEntry<Content>> {
  const places = artifacts.map(entryPath);
  const missing = new Set(parentsOf(places[0]!));
  for (const entry of listed) {
    const stated = robotEntry(entry, owner);
    missing.delete(stated.path);
    if (!places.includes(stated.path)) yield stated;
  }
  for (const path of missing) yield folder(path, owner);
  for (const path of places) yield { ...folder(path, artifactsOwner), mode: artifactsMode };
}

/** The folders of the image between the app's and one of its own. */
function parentsOf(path: string): readonly string[] {
  const app = entryPath(IMAGE_PATHS.app);
  const parts = path.slice(app.length + 1).split("/").slice(0, -1);
  return parts.map((_, index) => `${app}/${parts.slice(0, index + 1).join("/")}`);
}

function folder(path: string, owner: TarOwner): TarDirectory {
  return { type: "directory", path, owner, mode: 0o755, mtime: FIXED_TIME };
}

function robotEntry(entry: RobotEntry, owner: TarOwner): TarEntry<Content> {
  const common = {
    path: entryPath(`${IMAGE_PATHS.app}/${entry.path}`),
    owner,
    mtime: FIXED_TIME,
  };
  switch (entry.type) {
    case "directory":
      return { ...common, type: "directory", mode: entry.mode };
    case "symlink":
      return { ...common, type: "symlink", target: entry.target };
    case "file": {
      const content = entry.content === undefined
        ? fileContent(entry.absolute, entry.size, entry.seen)
        : bytesContent(entry.content);
      return { ...common, type: "file", mode: entry.mode, content };
    }
  }
}
