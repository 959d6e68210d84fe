import assert from "node:assert/strict";
import { changesOf } from "../../src/report/changes.ts";
import { renderPage } from "../../src/report/page.ts";

const file = (path: string, size: number, more: { sha256?: string; package?: string } = {}) => ({
  path,
  size,
  part: "environment" as const,
  ...more,
});

Deno.test("changesOf() says what was added, removed and changed, the largest first", () => {
  const before = [file("same", 5), file("gone", 7), file("grown", 1), file("other", 3, A)];
  const after = [file("same", 5), file("grown", 101), file("new", 9), file("other", 3, B)];
  assert.deepEqual(changesOf(before, after), [
    { kind: "changed", path: "grown", before: 1, after: 101 },
    { kind: "added", path: "new", after: 9 },
    { kind: "removed", path: "gone", before: 7 },
    { kind: "changed", path: "other", before: 3, after: 3 },
  ]);
  assert.deepEqual(changesOf(after, after), []);
});

const A = { sha256: "a" };
const B = { sha256: "b" };

const PAGE = {
  name: "acme/<bot>:1",
  digest: "sha256:1",
  layers: [{ part: "environment", size: 10, tarSize: 20, createdBy: `rcc-oci: "a" & b` }],
  files: [
    file(`env/lib/<script>alert("1")</script>`, 3_000_000),
    file("env/lib/b.py", 2_000_000, { package: "bread 1.0" }),
  ],
};

Deno.test("renderPage() takes names of files for what they are", () => {
  const page = renderPage(PAGE);
  assert.doesNotMatch(page, /<script/);
  assert.doesNotMatch(page, /acme\/<bot>/);
  assert.match(page, /&#60;script&#62;alert\(&#34;1&#34;\)/);
});

Deno.test("renderPage() needs nothing but itself", () => {
  const page = renderPage({ ...PAGE, other: { name: "old", files: [] } });
  assert.deepEqual([...page.matchAll(/\b(?:src|href)="(?!data:)/g)], []);
  assert.match(page, /default-src 'none'/);
  assert.doesNotMatch(page, /<script|https?:|@import|url\(/);
});

Deno.test("renderPage() shows packages, and what differs only where it was compared", () => {
  assert.match(renderPage(PAGE), /<title>environment, bread 1\.0: 2\.0 MB<\/title>/);
  assert.doesNotMatch(renderPage(PAGE), /What differs/);
  const compared = renderPage({ ...PAGE, other: { name: "old", files: [file("gone", 500)] } });
  assert.match(compared, /What differs from old/);
  assert.match(compared, /<td>removed<\/td><td>500 B<\/td><td><\/td><td>\/gone<\/td>/);
});

Deno.test("renderPage() counts one file as one", () => {
  const one = { ...PAGE, files: [file("a", 1)] };
  assert.match(renderPage(one), / · 1 file<\/p>/);
  assert.match(renderPage({ ...one, other: { name: "old", files: [] } }), /<p>1 file, \+1 B<\/p>/);
  assert.match(renderPage({ ...PAGE, files: [file("a", 1), file("b", 2)] }), / · 2 files<\/p>/);
});
