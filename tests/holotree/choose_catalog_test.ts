import { equal, match, rejects } from "node:assert/strict";
import type { Failure } from "../../src/failure/mod.ts";
import { type CatalogWish, chooseCatalog } from "../../src/holotree/choose_catalog.ts";
import type { CatalogSummary } from "../../src/holotree/library.ts";

const JANUARY = new Date("2026-01-31T12:30:45Z");
const FEBRUARY = new Date("2026-02-01T00:00:00Z");

function summary(hash: string, fields: Partial<CatalogSummary> = {}): CatalogSummary {
  return {
    hash: hash.padEnd(16, "0"),
    version: 12,
    platform: "linux_amd64",
    modified: JANUARY,
    size: 1,
    supported: true,
    ...fields,
  };
}

const libraryOf = (...catalogs: readonly CatalogSummary[]) => ({
  path: "/lib",
  catalogs: () => Promise.resolve(catalogs),
});

const THREE = libraryOf(summary("ab1"), summary("ab2", { modified: FEBRUARY }), summary("c"));

const chosen = async (wish: CatalogWish, library = THREE) =>
  (await chooseCatalog(library, wish)).hash;

async function refused(wish: CatalogWish, library = THREE): Promise<Failure> {
  let refusal: Failure | undefined;
  await rejects(chooseCatalog(library, wish), (error: Failure) => (refusal = error, true));
  return refusal!;
}

Deno.test("chooseCatalog() takes a hash, its unique beginning, or the name of a file", async () => {
  const hash = summary("ab2").hash;
  for (const catalog of [hash, "ab2", "AB2", ` ${hash} `, `${hash}v12.linux_amd64`]) {
    equal(await chosen({ catalog }), hash);
  }
  equal(await chosen({ catalog: "c" }), summary("c").hash);
});

Deno.test("chooseCatalog() takes the blueprint's when none is named", async () => {
  equal(await chosen({ blueprint: summary("ab1").hash }), summary("ab1").hash);
  equal(await chosen({ blueprint: summary("ab1").hash, catalog: "c" }), summary("c").hash);
});

Deno.test("chooseCatalog() takes the only one when nothing is wished for", async () => {
  equal(await chosen({}, libraryOf(summary("ab1"))), summary("ab1").hash);
  const other = summary("ab2", { platform: "windows_amd64", supported: false });
  equal(await chosen({}, libraryOf(summary("ab1"), other)), summary("ab1").hash);
});

Deno.test("chooseCatalog() lists what is there with its dates when none fits, the newest first", async () => {
  const { id, message, details } = await refused({ blueprint: "f".repeat(16) });
  equal(id, "environment/catalog-not-found");
  equal(
    message,
    `failed to find environment "ffffffffffffffff" in library "/lib": found ` +
      `ab20000000000000 (2026-02-01 00:00 UTC), ab10000000000000 (2026-01-31 12:30 UTC), ` +
      `c000000000000000 (2026-01-31 12:30 UTC), choose one with --catalog or add --resolve`,
  );
  equal(details.length, 3);
});

Deno.test("chooseCatalog() says so when there is none at all", async () => {
  const empty = libraryOf();
  match((await refused({}, empty)).message, /failed to find an environment in .*: found none for/);
  const foreign = libraryOf(summary("a", { platform: "darwin_arm64", supported: false }));
  match((await refused({ catalog: "a" }, foreign)).message, /found none for linux_amd64/);
});

Deno.test("chooseCatalog() says which format one has that is there in another only", async () => {
  const old = libraryOf(summary("a", { version: 11, supported: false }), summary("b"));
  const { id, message } = await refused({ blueprint: summary("a").hash }, old);
  equal(id, "environment/catalog-unsupported");
  match(message, /found format 11 for linux_amd64, expected format 12 for linux_amd64/);
});

Deno.test("chooseCatalog() lists those that fit when several do", async () => {
  const { id, message } = await refused({ catalog: "ab" });
  equal(id, "environment/catalog-ambiguous");
  match(message, /an environment by "ab" .*: found ab2\S+ \(.*\), ab1\S+ \(.*\), expected more of/);
  match((await refused({})).message, /found .*, .*, .*, expected one of them with --catalog$/);
});

Deno.test("chooseCatalog() takes an empty hash for none that fits", async () => {
  equal((await refused({ catalog: "" })).id, "environment/catalog-not-found");
});

Deno.test("chooseCatalog() lists the first of many", async () => {
  const many = libraryOf(...Array.from({ length: 30 }, (_, i) => summary(`a${i}`)));
  const { message, details } = await refused({}, many);
  match(message, /, 22 more, expected one of them with --catalog$/);
  equal(details.length, 30);
});
