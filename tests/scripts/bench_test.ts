/** Which libraries `deno task bench` measures. */
import assert from "node:assert/strict";
import { findLibrary } from "../../scripts/bench/library_sources.ts";

/** What is found of a library that this variable names. */
async function findNamed(value: string) {
  Deno.env.set("RCC_OCI_BENCH_HUGE", value);
  try {
    return await findLibrary("huge");
  } finally {
    Deno.env.delete("RCC_OCI_BENCH_HUGE");
  }
}

Deno.test("a library is named by its folder and the hash of its catalog", async () => {
  assert.deepEqual(await findNamed("/home/me:1/hololib:e025a514f1c306c8"), {
    parts: [{ hololib: "/home/me:1/hololib", hash: "e025a514f1c306c8" }],
  });
  assert.deepEqual(await findNamed("/hololib:e025a514f1c306c8:4c233fe54332edc3"), {
    parts: [{ hololib: "/hololib", hash: "e025a514f1c306c8" }],
    raised: "4c233fe54332edc3",
  });
});

Deno.test("the huge library is left out where it is not named", async () => {
  assert.equal(await findNamed(""), undefined);
});

Deno.test("a library without a hash is refused", async () => {
  await assert.rejects(findNamed("/hololib"), /expected RCC_OCI_BENCH_HUGE=<folder>:<hash>/);
});
