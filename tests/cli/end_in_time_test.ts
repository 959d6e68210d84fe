import assert from "node:assert/strict";
import { endInTime } from "../../src/cli/signals.ts";

const REASON = new Error("interrupted");

Deno.test("endInTime() gives what the work gives, and throws what it throws", async () => {
  const { signal } = new AbortController();
  assert.equal(await endInTime(Promise.resolve(5), signal), 5);
  await assert.rejects(endInTime(Promise.reject(new Error("disk on fire")), signal), /on fire/);
});

Deno.test("endInTime() throws the signal's reason, whatever the work throws once it is aborted", async () => {
  const controller = new AbortController();
  const work = Promise.withResolvers<void>();
  const ended = endInTime(work.promise, controller.signal);
  controller.abort(REASON);
  work.reject(new Error("the stream was cut"));
  await assert.rejects(ended, REASON);
});

Deno.test("endInTime() gives up work that does not end, after the grace alone", async () => {
  const controller = new AbortController();
  const ended = endInTime(new Promise(() => {}), controller.signal, { graceMs: 1 });
  controller.abort(REASON);
  await assert.rejects(ended, REASON);
});

Deno.test("endInTime() takes a result that comes within the grace", async () => {
  const controller = new AbortController();
  const work = Promise.withResolvers<string>();
  const ended = endInTime(work.promise, controller.signal, { graceMs: 60_000 });
  controller.abort(REASON);
  work.resolve("done");
  assert.equal(await ended, "done");
});

Deno.test("endInTime() knows a signal that was aborted before", async () => {
  await assert.rejects(
    endInTime(new Promise(() => {}), AbortSignal.abort(REASON), { graceMs: 1 }),
    REASON,
  );
});
