import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { inSlices, paced } from "../../src/holotree/slices.ts";

/** Work of many steps that takes no promise, and counts how often others had their turn. */
function* longWork(turns: () => number): Generator<undefined, number> {
  while (turns() < 3) yield;
  return turns();
}

Deno.test("inSlices() lets others work in between and gives the result", async () => {
  let turns = 0;
  const others = (async () => {
    for (; turns < 3; turns++) await setImmediate();
  })();
  equal(await inSlices(longWork(() => turns)), 3);
  await others;
});

Deno.test("inSlices() stops when it is told to, and lets the work tidy up", async () => {
  const stopped = new AbortController();
  let tidied = false;
  function* endless(): Generator<undefined, never> {
    try {
      while (true) yield;
    } finally {
      tidied = true;
    }
  }
  const work = inSlices(endless(), { signal: stopped.signal });
  stopped.abort(new Error("enough"));
  await rejects(work, { message: "enough" });
  ok(tidied);
});

Deno.test("inSlices() throws what the work throws", async () => {
  // deno-lint-ignore require-yield
  function* failing(): Generator<undefined, never> {
    throw new Error("broken");
  }
  await rejects(inSlices(failing()), { message: "broken" });
});

Deno.test("paced() passes chunks on and lets others work in between", async () => {
  let turns = 0;
  const others = (async () => {
    for (; turns < 3; turns++) await setImmediate();
  })();
  async function* chunks() {
    let count = 0;
    while (turns < 3) yield count++;
  }
  const passed: number[] = [];
  for await (const chunk of paced(chunks())) passed.push(chunk);
  deepEqual(passed, passed.map((_, i) => i));
  equal(turns, 3);
  await others;
});
