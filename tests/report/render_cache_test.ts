import assert from "node:assert/strict";
import { renderCache, renderRemoval, renderVerification } from "../../src/report/mod.ts";
import type { CacheFile } from "../../src/store/mod.ts";

const NOW = new Date("2026-02-01T00:00:00Z");

function file(kind: CacheFile["kind"], size: number, daysAgo = 0): CacheFile {
  return { path: `/cache/${kind}`, kind, size, usedAt: NOW.getTime() - daysAgo * 24 * 3600 * 1000 };
}

Deno.test("renderCache() says how much there is of what", () => {
  const files = [file("bases", 30e6, 12.5), file("layers", 27.3e6), file("layers", 73_500, 1)];
  assert.deepEqual(renderCache("/cache", files, { now: NOW }), [
    "Cache    /cache",
    "Size     57.4 MB in 3 files, the oldest of use 12 days ago",
    "         layers of environments  27.4 MB  2 files",
    "         base images             30.0 MB  1 file",
  ]);
});

Deno.test("renderCache() says that a cache is empty", () => {
  assert.deepEqual(renderCache("/cache", [], { now: NOW }), [
    "Cache    /cache",
    "Size     0 B: it is empty",
  ]);
});

Deno.test("renderRemoval() says what went and what is left", () => {
  const files = [file("bases", 30e6), file("layers", 27e6)];
  assert.deepEqual(renderRemoval(files.slice(0, 1), { of: files }), [
    "Removed 1 file, 30.0 MB; 27.0 MB stay",
  ]);
  assert.deepEqual(renderRemoval([], { of: files, isPlan: true }), [
    "Would remove 0 files, 0 B; 57.0 MB would stay",
  ]);
});

Deno.test("renderVerification() says what was damaged, and how much was read", () => {
  const file = { path: "/c/blobs/sha256/a", kind: "bases" as const, size: 1500, usedAt: 0 };
  assert.deepEqual(renderVerification({ files: [file, file], damaged: [] }), [
    "Verified 2 files, 3.0 kB; 0 damaged",
  ]);
  const damaged = [{ path: file.path, kind: file.kind, problem: "its SHA-256 is b" }];
  assert.deepEqual(renderVerification({ files: [file], damaged }), [
    "Removed /c/blobs/sha256/a: its SHA-256 is b",
    "Verified 1 file, 1.5 kB; 1 damaged",
  ]);
});
