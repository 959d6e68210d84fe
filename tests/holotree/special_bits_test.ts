import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { findEnvironment, specialFiles } from "../../src/holotree/mod.ts";
import { environmentEntriesOf } from "../support/environment_entries.ts";
import { fixturePath } from "../support/fixtures.ts";

const TINY = [{ path: fixturePath("tiny", "hololib.zip"), origin: "given" }] as const;

async function entriesFor(uid: number) {
  const environment = await findEnvironment(TINY, {});
  const entries = await environmentEntriesOf(environment, { uid });
  const textOf = (end: string) => {
    const entry = entries.find(({ path }) => path.endsWith(end));
    assert.ok(entry?.type === "file" && entry.content.kind === "bytes", end);
    return gunzipSync(entry.content.bytes).toString();
  };
  return { environment, entries, catalog: textOf("v12.linux_amd64"), meta: textOf(".meta") };
}

/** Go's setuid, setgid or sticky bits in any mode of a file. */
function hasSpecialBits(json: string): boolean {
  const modes = [...json.matchAll(/"mode": ([0-9]+)/g)].map(([, mode]) => Number(mode));
  return modes.some((mode) => mode < 2 ** 31 && (mode & (2 ** 23 + 2 ** 22 + 2 ** 20)) !== 0);
}

Deno.test("specialFiles() names the files with setuid bits", async () => {
  const { environment } = await entriesFor(1000);
  const found = specialFiles(environment.catalog);
  assert.equal(found.length, 1);
  assert.match(found[0]!, /setuid|suid|root/);
});

Deno.test("a user's space keeps setuid bits, which give nobody more than that user may", async () => {
  const { entries, catalog, meta } = await entriesFor(1000);
  assert.ok(entries.some((entry) => entry.type === "file" && (entry.mode & 0o7000) !== 0));
  assert.ok(hasSpecialBits(catalog) && hasSpecialBits(meta));
});

Deno.test("root's space has none, and neither have the records that RCC restores it by", async () => {
  const { entries, catalog, meta } = await entriesFor(0);
  assert.ok(!entries.some((entry) => entry.type === "file" && (entry.mode & 0o7000) !== 0));
  assert.ok(!hasSpecialBits(catalog) && !hasSpecialBits(meta));
});

Deno.test("nothing but these bits is another in root's catalog", async () => {
  const [user, root] = await Promise.all([1000, 0].map((uid) => entriesFor(uid)));
  const withoutModes = (json: string) => json.replaceAll(/"mode": [0-9]+/g, "");
  assert.equal(withoutModes(root!.catalog), withoutModes(user!.catalog));
  assert.equal(root!.entries.length, user!.entries.length);
});
