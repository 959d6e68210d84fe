import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dirname } from "node:path/posix";
import type { EarlyResult } from "./file_head.ts";
import { openListed } from "../files/mod.ts";
import { quote } from "./quote.ts";
import type { RobotEntry } from "./robot_entry.ts";
import { isAtOrBelow } from "./robot_path.ts";
import type { RobotWarning } from "./warning.ts";

/** Options of {@linkcode withoutEarlyResults}. */
export interface EarlyResultsOptions {
  /** Files that begin as results of this program do. */
  readonly begun: ReadonlyMap<string, EarlyResult>;
  /** Absolute, of the host. */
  readonly root: string;
  /** Relative to the root. */
  readonly robotFile: string;
}

/** A robot's entries without images, contexts and pages that this program wrote among them. */
export async function withoutEarlyResults(
  entries: readonly RobotEntry[],
  { begun, root, robotFile }: EarlyResultsOptions,
): Promise<
  { readonly entries: readonly RobotEntry[]; readonly warnings: readonly RobotWarning[] }
> {
  const found = new Map<string, string>();
  for (const [path, result] of begun) {
    const place = result === "context" ? contextOf(path, entries) : path;
    if (place === undefined) continue;
    if (result === "archive" && !await isOwnArchive(join(root, path))) continue;
    found.set(place, result === "archive" ? "image archive" : WORDS[result]);
  }
  for (const { path } of entries.filter(({ path }) => /(?:^|\/)oci-layout$/.test(path))) {
    const folder = dirname(path);
    if (await isOwnLayout(join(root, folder))) found.set(folder, "image layout");
  }
  for (const place of found.keys()) if (isAtOrBelow(robotFile, place)) found.delete(place);
  const places = [...found.keys()];
  const warnings = [...found].map(([path, what]): RobotWarning => ({
    kind: "early-result",
    message: `${quote(path)} is left out of the image: it is an earlier ${what} of this program`,
  }));
  return {
    entries: found.size === 0
      ? entries
      : entries.filter(({ path }) => !places.some((place) => isAtOrBelow(path, place))),
    warnings,
  };
}

const WORDS = { context: "build context", report: "report", metadata: "build's metadata" } as const;

/** The folder of a context, which has nothing else in it. */
function contextOf(dockerfile: string, entries: readonly RobotEntry[]): string | undefined {
  const folder = dirname(dockerfile);
  const others = entries.filter(({ path }) => path !== folder && isAtOrBelow(path, folder));
  const isOwn = others.every(({ path }) => path === dockerfile || path.endsWith(".tar.gz"));
  return isOwn ? folder : undefined;
}

/** What is read of a blob that should be JSON; ours are far smaller. */
const LARGEST_JSON = 16 * 1024 * 1024;
type ReadJson = (path: string) => Promise<unknown>;

async function isOwnLayout(folder: string): Promise<boolean> {
  return await isOwnImage(async (path) => {
    const file = join(folder, path);
    const bytes = await readFile(file);
    return bytes.length > LARGEST_JSON ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  });
}

async function isOwnArchive(path: string): Promise<boolean> {
  await using file = await openListed(path);
  const read = async (offset: number, size: number) => {
    const { bytesRead, buffer } = await file.read(new Uint8Array(size), 0, size, offset);
    return buffer.subarray(0, bytesRead);
  };
  const places = new Map<string, { readonly offset: number; readonly size: number }>();
  for (let offset = 0;;) {
    const header = new TextDecoder("latin1").decode(await read(offset, 512));
    const name = header.slice(0, 100).replace(/\0.*$/s, "");
    const size = parseInt(header.slice(124, 136), 8);
    if (name === "" || !(size >= 0)) break;
    places.set(name, { offset: offset + 512, size });
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return await isOwnImage(async (name) => {
    const place = places.get(name);
    if (place === undefined || place.size > LARGEST_JSON) return undefined;
    return JSON.parse(new TextDecoder().decode(await read(place.offset, place.size)));
  });
}

/** Whether one of the images has a step of ours in its history. Whatever is no such image is not. */
async function isOwnImage(read: ReadJson): Promise<boolean> {
  try {
    for (const { digest } of (await read("index.json") as Index).manifests) {
      const { config } = await read(blobPath(digest)) as Manifest;
      const { history } = await read(blobPath(config.digest)) as Config;
      if (history.some(({ created_by = "" }) => created_by.startsWith("rcc-oci: "))) return true;
    }
  } catch {
    // It is somebody else's, or damaged, and so a file of the robot like any other.
  }
  return false;
}

interface Index {
  readonly manifests: readonly { readonly digest: string }[];
}

interface Manifest {
  readonly config: { readonly digest: string };
}

interface Config {
  readonly history: readonly { readonly created_by?: string }[];
}

function blobPath(digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new SyntaxError("expected a digest");
  return `blobs/sha256/${digest.slice("sha256:".length)}`;
}
