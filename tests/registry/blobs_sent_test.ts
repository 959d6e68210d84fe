import assert from "node:assert/strict";
import { digestOf } from "../../src/oci/mod.ts";
import { BlobsSent } from "../../src/registry/blobs_sent.ts";

const DIGEST = digestOf(new Uint8Array(1));
const repository = (name: string, registry = "a.example") => ({ registry, repository: name });

Deno.test("a second repository of a registry waits for the blob, and is told who has it", async () => {
  const sent = new BlobsSent();
  const first = Promise.withResolvers<string>();
  const log: string[] = [];
  const push = (name: string, registry?: string) =>
    sent.after(repository(name, registry), DIGEST, async (has) => {
      log.push(`${name} from ${has.map(({ repository }) => repository).join() || "nobody"}`);
      return name === "first" ? await first.promise : name;
    });
  const pushing = push("first");
  const second = push("second");
  await push("elsewhere", "b.example");
  assert.deepEqual(log, ["first from nobody", "elsewhere from nobody"]);
  first.resolve("sent");
  assert.deepEqual(await Promise.all([pushing, second]), ["sent", "second"]);
  assert.equal(log.at(-1), "second from first");
});

Deno.test("when the first push fails, one of those who wait takes its place", async () => {
  const sent = new BlobsSent();
  const first = Promise.withResolvers<string>();
  const log: string[] = [];
  const pushes = ["first", "second", "third"].map((name) =>
    sent.after(repository(name), DIGEST, (has) => {
      log.push(`${name} from ${has.map(({ repository }) => repository).join() || "nobody"}`);
      return name === "first" ? first.promise : Promise.resolve(name);
    })
  );
  first.reject(new Error("broken"));
  const results = await Promise.allSettled(pushes);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "fulfilled", "fulfilled"]);
  assert.deepEqual(log, ["first from nobody", "second from nobody", "third from second"]);
});
