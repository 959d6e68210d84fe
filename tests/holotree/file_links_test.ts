import { deepEqual, equal } from "node:assert/strict";
import { FileLinks } from "../../src/holotree/file_links.ts";

Deno.test("FileLinks makes files of equal content and mode one", () => {
  const links = new FileLinks(3);
  const targetOf = (content: number, node: number, mode = 0o644) =>
    links.add(content, { node, mode })?.node;
  equal(targetOf(1, 10), undefined);
  equal(targetOf(1, 11), 10);
  equal(targetOf(2, 12), undefined);
  equal(targetOf(1, 13, 0o755), undefined);
  equal(targetOf(1, 14, 0o755), 13);
  equal(targetOf(1, 15), 10);
  equal(targetOf(1, 16, 0o4755), undefined);
  deepEqual(links.find(1), { file: { node: 10, mode: 0o644 }, isFull: false });
  equal(links.find(0), undefined);
});

for (const mode of [0o644, 0o755]) {
  Deno.test(`FileLinks gives no file of mode ${mode.toString(8)} more than a thousand names`, () => {
    const links = new FileLinks(1);
    links.add(0, { node: 5000, mode: 0o644 });
    const first: number[] = [];
    for (let node = 0; node < 2001; node++) {
      if (links.add(0, { node, mode }) === undefined) first.push(node);
    }
    deepEqual(first, mode === 0o644 ? [999, 1999] : [0, 1000, 2000]);
  });
}

Deno.test("FileLinks says when the file that it finds has all the names it may have", () => {
  const links = new FileLinks(1);
  for (let node = 0; node < 1000; node++) links.add(0, { node, mode: 0o644 });
  deepEqual(links.find(0), { file: { node: 0, mode: 0o644 }, isFull: true });
  links.add(0, { node: 1000, mode: 0o644 });
  deepEqual(links.find(0), { file: { node: 1000, mode: 0o644 }, isFull: false });
});
