import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** Fails when a cache has a blob with other bytes than its name, or anything that is not finished. */
export async function requireWholeCache(cache: string): Promise<void> {
  for (const path of await filesIn(cache)) {
    assert.doesNotMatch(basename(path), /\.tmp$/, "a temporary file");
    if (!path.includes(join("blobs", "sha256"))) continue;
    const hash = createHash("sha256").update(await readFile(path)).digest("hex");
    assert.equal(hash, basename(path), "a partial blob");
  }
}

/** Fails when one of the secrets is in one of the texts, or in a file of the folder. */
export async function requireNoSecrets(
  secrets: readonly string[],
  { texts, folder }: { readonly texts: readonly string[]; readonly folder: string },
): Promise<void> {
  const files = await filesIn(folder);
  const contents = await Promise.all(files.map((path) => readFile(path)));
  for (const secret of secrets) {
    for (const text of texts) assert.ok(!text.includes(secret), `a secret is in: ${text}`);
    for (const [i, bytes] of contents.entries()) {
      assert.ok(!bytes.includes(secret), `a secret is in the file ${files[i]}`);
    }
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) =>
    join(parentPath, name)
  );
}
