import assert from "node:assert/strict";
import { unlessAborted } from "../../src/bytes/mod.ts";

Deno.test("unlessAborted() gives what the promise gives, with and without a signal", async () => {
  const { signal } = new AbortController();
  for (const given of [undefined, signal]) {
    assert.equal(await unlessAborted(Promise.resolve(1), given), 1);
    await assert.rejects(unlessAborted(Promise.reject(new Error("no")), given), /no/);
  }
});

Deno.test("unlessAborted() waits no longer than until its signal is aborted", async () => {
  const controller = new AbortController();
  const waiting = unlessAborted(new Promise<never>(() => {}), controller.signal);
  controller.abort(new Error("interrupted"));
  await assert.rejects(waiting, /interrupted/);
  await assert.rejects(unlessAborted(Promise.resolve(1), controller.signal), /interrupted/);
});
