import assert from "node:assert/strict";
import { join } from "node:path";
import { collect, concat, IntegrityError, streamOf } from "../../src/bytes/mod.ts";
import { type BlobStore, type Descriptor, digestOf, hexOf } from "../../src/oci/mod.ts";
import { BlobCache, MemoryStore, MissingBlobError, OciLayout } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const HELLO = new TextEncoder().encode("hello\n");
const HELLO_HEX = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

interface Place extends AsyncDisposable {
  readonly store: BlobStore;
  /** Where its blobs are files. */
  readonly folder?: string;
}

/** Every kind of store that can be written. */
const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  MemoryStore: () =>
    Promise.resolve({ store: new MemoryStore(), [Symbol.asyncDispose]: () => Promise.resolve() }),
  OciLayout: async () => {
    const folder = await temporaryFolder();
    const store = await OciLayout.openOrCreate(folder.path);
    return { ...folder, store, folder: join(folder.path, "blobs", "sha256") };
  },
  BlobCache: async () => {
    const folder = await temporaryFolder();
    const store = new BlobCache(join(folder.path, "cache"));
    return { ...folder, store, folder: join(store.path, "blobs", "sha256") };
  },
};

async function read(store: BlobStore, descriptor: Descriptor): Promise<Uint8Array> {
  return await collect(await store.open(descriptor), 1024 * 1024);
}

for (const [kind, open] of Object.entries(PLACES)) {
  Deno.test(`${kind} gives back what was put, under its digest`, async () => {
    await using place = await open();
    const { store } = place;
    const descriptor = await store.put(streamOf(HELLO.slice(0, 2), HELLO.slice(2)), "text/plain");
    assert.deepEqual(descriptor, {
      mediaType: "text/plain",
      digest: `sha256:${HELLO_HEX}`,
      size: 6,
    });
    assert.equal(await store.has(descriptor.digest), true);
    assert.deepEqual(new Uint8Array(await read(store, descriptor)), HELLO);
  });

  Deno.test(`${kind} takes empty bytes, and the same bytes many times at once`, async () => {
    await using place = await open();
    const { store } = place;
    const all = await Promise.all(
      Array.from({ length: 8 }, () => store.put(streamOf(HELLO), "text/plain")),
    );
    assert.equal(new Set(all.map(({ digest }) => digest)).size, 1);
    const empty = await store.put(streamOf(), "text/plain");
    assert.equal(empty.size, 0);
    assert.equal((await read(store, empty)).length, 0);
    if (place.folder !== undefined) {
      const names = [...Deno.readDirSync(place.folder)].map(({ name }) => name).sort();
      assert.deepEqual(names, [hexOf(all[0]!.digest), hexOf(empty.digest)].sort());
    }
  });

  Deno.test(`${kind} has no blob that nobody put`, async () => {
    await using place = await open();
    const descriptor = { mediaType: "text/plain", digest: digestOf(HELLO), size: 6 };
    assert.equal(await place.store.has(descriptor.digest), false);
    assert.equal(await place.store.file?.(descriptor.digest), undefined);
    await assert.rejects(place.store.open(descriptor), (error) => {
      assert.ok(error instanceof MissingBlobError);
      assert.equal(error.digest, descriptor.digest);
      return true;
    });
  });

  Deno.test(`${kind} fails at the end of a blob of another size than was said`, async () => {
    await using place = await open();
    for (const size of [5, 7]) {
      const descriptor = await place.store.put(streamOf(HELLO), "text/plain");
      await assert.rejects(read(place.store, { ...descriptor, size }), IntegrityError);
    }
  });

  Deno.test(`${kind} keeps nothing of a stream that fails`, async () => {
    await using place = await open();
    const failing = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(HELLO),
      pull: (controller) => controller.error(new Error("gone")),
    });
    await assert.rejects(place.store.put(failing, "text/plain"), /gone/);
    assert.equal(await place.store.has(digestOf(HELLO)), false);
    if (place.folder !== undefined) assert.deepEqual([...Deno.readDirSync(place.folder)], []);
  });

  Deno.test(`${kind} stops putting and reading when the signal says so`, async () => {
    await using place = await open();
    const { store } = place;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((done) => setTimeout(done, 1));
          controller.enqueue(HELLO);
        },
      });
    const { signal } = stoppedSoon();
    await assert.rejects(store.put(endless(), "text/plain", { signal }), /stop/);
    const descriptor = await store.put(streamOf(HELLO), "text/plain");
    const aborted = AbortSignal.abort(new Error("stop"));
    await assert.rejects(
      async () => await collect(await store.open(descriptor, { signal: aborted }), 100),
      /stop/,
    );
  });

  Deno.test(`${kind} tells how many bytes pass`, async () => {
    await using place = await open();
    let put = 0, opened = 0;
    const descriptor = await place.store.put(streamOf(HELLO, HELLO), "text/plain", {
      onProgress: (bytes) => put += bytes,
    });
    const stream = await place.store.open(descriptor, { onProgress: (bytes) => opened += bytes });
    await collect(stream, 100);
    assert.deepEqual([put, opened], [12, 12]);
  });

  if (kind === "MemoryStore") continue;

  Deno.test(`${kind} says where a blob's bytes lie`, async () => {
    await using place = await open();
    const { digest } = await place.store.put(streamOf(HELLO), "text/plain");
    assert.deepEqual(await place.store.file?.(digest), {
      path: join(place.folder!, HELLO_HEX),
      offset: 0,
      size: 6,
      isFresh: true,
      ...(kind === "BlobCache" && Deno.build.os !== "windows" ? { isReadOnly: true } : {}),
    });
  });

  Deno.test(`${kind} fails at the end of a damaged blob`, async () => {
    await using place = await open();
    const descriptor = await place.store.put(streamOf(HELLO), "text/plain");
    await damage(join(place.folder!, HELLO_HEX));
    await assert.rejects(read(place.store, descriptor), IntegrityError);
  });

  Deno.test(`${kind} puts a good blob in the place of a damaged one`, async () => {
    await using place = await open();
    const descriptor = await place.store.put(streamOf(HELLO), "text/plain");
    await damage(join(place.folder!, HELLO_HEX));
    await place.store.put(streamOf(HELLO), "text/plain");
    assert.equal((await read(place.store, descriptor)).length, 6);
  });

  Deno.test(`${kind} keeps a blob of 40 MiB whole`, async () => {
    await using place = await open();
    const chunks = Array.from({ length: 40 }, (_, i) => new Uint8Array(1024 * 1024).fill(i));
    const descriptor = await place.store.put(streamOf(...chunks), "application/x");
    assert.equal(descriptor.digest, digestOf(concat(chunks)));
    let size = 0;
    for await (const chunk of await place.store.open(descriptor)) size += chunk.length;
    assert.equal(size, 40 * 1024 * 1024);
  });
}

function stoppedSoon(): AbortController {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("stop")), 10);
  return abort;
}

async function damage(path: string): Promise<void> {
  await Deno.chmod(path, 0o644);
  await Deno.writeTextFile(path, "hullo\n");
}
