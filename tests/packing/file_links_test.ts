import { deepEqual, equal } from "node:assert/strict";
import { FileLinks } from "../../src/packing/file_links.ts";

Deno.test("FileLinks makes files of equal content and mode one", () => {
  const links = new FileLinks();
  const targetOf = (content: number, path: string, mode = 0o644) =>
    links.add(content, { path, mode })?.path;
  equal(targetOf(1, "a"), undefined);
  equal(targetOf(1, "b"), "a");
  equal(targetOf(2, "c"), undefined);
  equal(targetOf(1, "d", 0o755), undefined);
  equal(targetOf(1, "e", 0o755), "d");
  equal(targetOf(1, "f"), "a");
  equal(targetOf(1, "g", 0o4755), undefined);
});

for (const mode of [0o644, 0o755]) {
  Deno.test(`FileLinks gives no file of mode ${mode.toString(8)} more than a thousand names`, () => {
    const links = new FileLinks();
    links.add(0, { path: "first", mode: 0o644 });
    const first: number[] = [];
    for (let i = 0; i < 2001; i++) {
      if (links.add(0, { path: `${i}`, mode }) === undefined) first.push(i);
    }
    deepEqual(first, mode === 0o644 ? [999, 1999] : [0, 1000, 2000]);
  });
}
