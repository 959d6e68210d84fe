import assert from "node:assert/strict";
import { requireOpenFiles } from "../../src/build/open_files.ts";

const limits = (soft: string, hard: string) =>
  "Limit                     Soft Limit           Hard Limit           Units     \n" +
  `Max open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files     \n`;

Deno.test("requireOpenFiles() asks for more with each worker", () => {
  requireOpenFiles(1, limits("48", "48"));
  requireOpenFiles(8, limits("104", "104"));
  assert.throws(
    () => requireOpenFiles(8, limits("103", "103")),
    /allows 103 open files, 104 are needed; raise it with `ulimit -n 1024` or take --jobs 1/,
  );
});

Deno.test("requireOpenFiles() does not name fewer workers where these are too many too", () => {
  assert.throws(() => requireOpenFiles(8, limits("47", "47")), { id: "rcc/open-files" });
  assert.throws(() => requireOpenFiles(8, limits("47", "47")), /ulimit -n 1024`$/);
});

Deno.test("requireOpenFiles() takes no heed of the soft limit, nor of none", () => {
  requireOpenFiles(8, limits("8", "524288"));
  requireOpenFiles(64, limits("1024", "unlimited"));
  requireOpenFiles(64, "");
});
