import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/mod.ts";
import { isTemporary, makeFolder, readFileText, writeFileAtomic } from "../files/mod.ts";
import { CACHE_FOLDERS } from "./cache_files.ts";

/** What helps when the folder is no good. */
export const CACHE_ELSEWHERE = { otherwise: "name another cache folder with RCC_OCI_CACHE" };

const MARKER = "CACHEDIR.TAG";
/** Backups leave folders out that have such a file: https://bford.info/cachedir/ */
const SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55";
const OWN_LINE = "# This folder is a cache of rcc-oci.";
const MARKER_TEXT = `${SIGNATURE}
${OWN_LINE}
# All in it can be made again. For what it is: https://bford.info/cachedir/
`;
const MARKER_LIMIT = 4096;

/**
 * A cache is marked, so that a folder with other things in it is never taken for one: what is in a
 * cache may be removed at any time. Writes nothing.
 *
 * @throws {Failure} when the folder has other things in it, is an OCI image layout too, or cannot be
 * read.
 */
export async function requireCache(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return []; // Said by who writes there.
    throw unreadable(folder, error);
  });
  const names = entries.map(({ name }) => name).sort();
  const layout = names.find((name) => name === "oci-layout" || name === "index.json");
  if (layout !== undefined) throw foreign(folder, layout);
  if (await isMarked(folder)) return;
  const others = entries.filter((entry) =>
    !isTemporary(entry.name) && entry.name !== "lost+found" && entry.name !== ".lock" &&
    !(entry.isDirectory() && CACHE_FOLDERS.some((name) => name === entry.name))
  );
  if (others.length > 0) throw foreign(folder, others[0]!.name);
  // Caches that were made before there was a marker have one of these. Blobs alone may be anybody's.
  const isOurs = names.includes(".lock") || names.includes("facts");
  if (names.includes("blobs") && !isOurs) throw foreign(folder, "blobs");
}

/** Makes the folder a cache, with all folders that it is in. @throws {Failure} as `requireCache`. */
export async function markCache(folder: string): Promise<void> {
  await makeFolder(folder, CACHE_ELSEWHERE);
  await requireCache(folder);
  if (await isMarked(folder)) return;
  await writeFileAtomic(
    join(folder, MARKER),
    new TextEncoder().encode(MARKER_TEXT),
    CACHE_ELSEWHERE,
  );
}

async function isMarked(folder: string): Promise<boolean> {
  const path = join(folder, MARKER);
  if (await stat(path).then((facts) => !facts.isFile(), () => true)) return false;
  const text = await readFileText(path, { limit: MARKER_LIMIT }).catch(() => "");
  return text.startsWith(SIGNATURE) && text.includes(OWN_LINE);
}

/** Such as somebody else's cache. */
function unreadable(folder: string, cause: { readonly code?: string }): Failure {
  const found = cause.code === "EACCES"
    ? "it is not readable for you"
    : `the system says ${cause.code}`;
  const message = `failed to use cache "${folder}": ${found}, ${CACHE_ELSEWHERE.otherwise}`;
  return new Failure("output/unwritable", message, { cause });
}

function foreign(folder: string, name: string): Failure {
  return new Failure(
    "output/exists",
    `failed to use cache "${folder}": "${name}" is in it, which no cache of rcc-oci has, ` +
      "name an empty or new folder with RCC_OCI_CACHE",
  );
}
