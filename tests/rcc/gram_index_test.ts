import assert from "node:assert/strict";
import fc from "fast-check";
import { GramIndex } from "../../src/rcc/gram_index.ts";

const text = (text: string) => new TextEncoder().encode(text);

Deno.test("GramIndex may hold every part of what was added, also when it was kept", () =>
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 200 })),
    fc.nat(),
    fc.nat(),
    (files, file, at) => {
      const index = new GramIndex();
      for (const bytes of files) index.add(bytes);
      const bytes = files[file % Math.max(files.length, 1)] ?? new Uint8Array();
      const part = bytes.subarray(at % (bytes.length + 1));
      assert.ok(index.mayHold(part));
      assert.ok(GramIndex.decode(JSON.parse(JSON.stringify(index.encode())))!.mayHold(part));
    },
  )));

Deno.test("GramIndex knows of most texts that they were not added", () => {
  const index = new GramIndex();
  index.add(text("the quick brown fox jumps over the lazy dog ".repeat(100)));
  for (const other of ["hunter2", "tk-0123456789", "quack", "xbrown fox", "dog the quicker"]) {
    assert.equal(index.mayHold(text(other)), false, other);
  }
  assert.equal(index.mayHold(text("dog the quick")), true);
});

Deno.test("GramIndex knows nothing of what is shorter than its runs, and files do not run together", () => {
  const index = new GramIndex();
  index.add(text("abcd"));
  index.add(text("efgh"));
  assert.equal(index.mayHold(text("xyz")), true);
  assert.equal(index.mayHold(text("cdef")), false);
});

Deno.test("GramIndex.decode() refuses what is no index", () => {
  for (const wrong of [undefined, 1, "", "AAAA", {}]) {
    assert.equal(GramIndex.decode(wrong), undefined);
  }
});
