import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { ownersOf } from "../../src/build/owners.ts";
import { findEnvironment, findFile } from "../../src/holotree/mod.ts";
import { digestOf, hexOf } from "../../src/oci/mod.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { unpackLibrary } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const RECORD = "conda-meta/tinyenv-1.0-0.json";

Deno.test("ownersOf() keeps who owns an environment's files, when all its records could be read", async () => {
  await using folder = await temporaryFolder();
  await using unpacked = await unpackLibrary("tiny-shared");
  const cache = new BlobCache(join(folder.path, "cache"));
  const owners = async () => {
    const environment = await findEnvironment([{ path: unpacked.path, origin: "given" }], {});
    return await ownersOf(environment, cache);
  };
  const { library, catalog } = await findEnvironment(
    [{ path: unpacked.path, origin: "given" }],
    {},
  );
  const { path } = library.locate(findFile(catalog, RECORD)!.digest)!;
  await rename(path, `${path}.away`);
  assert.deepEqual((await owners()).packages, []);
  await rename(`${path}.away`, path);
  const whole = await owners();
  assert.deepEqual(whole.packages, ["tinyenv"]);
  await rename(path, `${path}.away`);
  assert.deepEqual(await owners(), whole);
});

Deno.test("ownersOf() finds again whose fact does not fit the environment", async () => {
  await using folder = await temporaryFolder();
  await using unpacked = await unpackLibrary("tiny-shared");
  const cache = new BlobCache(folder.path);
  const environment = await findEnvironment([{ path: unpacked.path, origin: "given" }], {});
  const right = await ownersOf(environment, cache);
  const key = hexOf(digestOf(environment.catalogFile));
  const { packages } = right;
  const textOf = (numbers: Int32Array) => new Uint8Array(numbers.buffer).toBase64();
  const withOwner = (owner: number) => textOf(right.byNode.map(() => owner));
  for (
    const fact of [
      null,
      { packages },
      { packages, byNode: "?" },
      { packages, byNode: "AAA=" },
      { packages, byNode: textOf(right.byNode.slice(1)) },
      { packages, byNode: withOwner(packages.length) },
      { packages, byNode: withOwner(-4) },
      { packages: [1], byNode: textOf(right.byNode) },
    ]
  ) {
    await cache.writeFact("owners-1", key, fact);
    assert.deepEqual(await ownersOf(environment, cache), right, JSON.stringify(fact));
    assert.notDeepEqual(await cache.readFact("owners-1", key), fact);
  }
});
