import assert from "node:assert/strict";
import { concurrently } from "../../src/bytes/concurrently.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

Deno.test("concurrently() works on so many at once, and on each", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await concurrently([1, 2, 3, 4, 5, 6, 7], { limit: 3 }, async (item) => {
    most = Math.max(most, ++running);
    await turn();
    running--;
    done.push(item);
  });
  assert.deepEqual(done.toSorted(), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(most, 3);
  await concurrently([], { limit: 3 }, () => Promise.reject(new Error("nothing to do")));
});

Deno.test("concurrently() throws the first error when the others have stopped", async () => {
  const first = new Error("first");
  const begun: number[] = [];
  let stopped = 0;
  await assert.rejects(
    concurrently([1, 2, 3, 4], { limit: 2 }, async (item, signal) => {
      begun.push(item);
      if (item === 1) {
        await turn();
        throw first;
      }
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      stopped++;
      throw new Error("second");
    }),
    first,
  );
  assert.deepEqual([begun, stopped], [[1, 2], 1]);
});

Deno.test("concurrently() throws the signal's reason", async () => {
  const reason = new Error("stop");
  const stop = new AbortController();
  await assert.rejects(
    concurrently([1, 2], { limit: 1, signal: stop.signal }, () => {
      stop.abort(reason);
      return Promise.resolve();
    }),
    reason,
  );
});
