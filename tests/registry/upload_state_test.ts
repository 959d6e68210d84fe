import assert from "node:assert/strict";
import { join } from "node:path";
import { NO_UPLOAD_STATES, uploadStatesIn } from "../../src/registry/upload_state.ts";
import { NO_DIGEST } from "../support/registry_scene.ts";

const DAY = 24 * 3600 * 1000;
const ADDRESS = new URL("https://r.test/v2/a/blobs/uploads/1?_state=x%2F");

const key = (repository: string) => ({
  place: { registry: "r.test", host: "r.test", repository },
  digest: NO_DIGEST,
});

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(join(folder, "uploads"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("uploadStatesIn() keeps an address for the next run, and forgets it when told", async () => {
  await inFolder(async (folder) => {
    await uploadStatesIn(folder, Date.now).save(key("a"), ADDRESS);
    const states = uploadStatesIn(folder, Date.now);
    assert.equal((await states.load(key("a")))?.href, ADDRESS.href);
    assert.equal(await states.load(key("b")), undefined);
    await states.forget(key("a"));
    assert.equal(await states.load(key("a")), undefined);
    await states.forget(key("a"));
  });
});

Deno.test("uploadStatesIn() removes what is a week old", async () => {
  await inFolder(async (folder) => {
    await uploadStatesIn(folder, Date.now).save(key("a"), ADDRESS);
    const later = (days: number) => uploadStatesIn(folder, () => Date.now() + days * DAY);
    assert.equal((await later(6).load(key("a")))?.href, ADDRESS.href);
    assert.equal(await later(8).load(key("a")), undefined);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});

Deno.test("uploadStatesIn() lets one upload of the same wait for the other, and leaves no lock", async () => {
  await inFolder(async (folder) => {
    const [one, two] = [uploadStatesIn(folder, Date.now), uploadStatesIn(folder, Date.now)];
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const othersTurn = Promise.withResolvers<void>();
    const first = one.alone(key("a"), async (waited) => {
      begun.resolve();
      order.push(`first ${waited}`);
      await othersTurn.promise;
      await new Promise((resolve) => setTimeout(resolve, 50)); // The second finds it locked.
      order.push("first ends");
    });
    await begun.promise;
    const second = two.alone(
      key("a"),
      (waited) => Promise.resolve(void order.push(`second ${waited}`)),
    );
    const other = two.alone(
      key("b"),
      (waited) => Promise.resolve(void order.push(`other ${waited}`)),
    );
    await other;
    othersTurn.resolve();
    await Promise.all([first, second]);
    assert.deepEqual(order, ["first false", "other false", "first ends", "second true"]);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});

Deno.test("uploadStatesIn() takes the signal while it waits", async () => {
  await inFolder(async (folder) => {
    const states = uploadStatesIn(folder, Date.now);
    await states.alone(key("a"), async () => {
      const waiting = states.alone(key("a"), () => Promise.resolve(), {
        signal: AbortSignal.timeout(60),
      });
      await assert.rejects(waiting);
    });
  });
});

Deno.test("NO_UPLOAD_STATES keeps nothing", async () => {
  await NO_UPLOAD_STATES.save(key("a"), ADDRESS);
  assert.equal(await NO_UPLOAD_STATES.load(key("a")), undefined);
  assert.equal(await NO_UPLOAD_STATES.alone(key("a"), (waited) => Promise.resolve(waited)), false);
});
