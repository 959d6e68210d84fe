import assert from "node:assert/strict";
import { bytecodeNotes } from "../../src/build/build_summary.ts";
import { requireBytecodeHost } from "../../src/build/bytecode_facts.ts";
import { parseBytecode } from "../../src/cli/build_options.ts";
import { Failure } from "../../src/failure/mod.ts";
import type { Environment } from "../../src/holotree/mod.ts";
import { catalogOf } from "../layers/catalog_of_files.ts";

Deno.test("parseBytecode() reads which modules are compiled, and refuses what is neither", () => {
  assert.equal(parseBytecode(undefined), undefined);
  assert.equal(parseBytecode(true), "all");
  assert.equal(parseBytecode("all"), "all");
  assert.equal(parseBytecode("used"), "used");
  for (const text of ["", "some", "Used"]) {
    assert.throws(
      () => parseBytecode(text),
      (error) => error instanceof Failure && error.id === "usage/option",
    );
  }
});

Deno.test("requireBytecodeHost() refuses a host that cannot run the environment's Python", () => {
  requireBytecodeHost({ hostOs: "linux", hostArch: "x64" });
  for (const [hostOs, hostArch] of [["darwin", "x64"], ["linux", "arm64"]] as const) {
    assert.throws(
      () => requireBytecodeHost({ hostOs, hostArch }),
      (error) => error instanceof Failure && error.id === "environment/bytecode",
    );
  }
});

Deno.test("bytecodeNotes() says what bytecode would cost where that is little", async () => {
  const notes = async (files: Readonly<Record<string, number>>) =>
    bytecodeNotes({ catalog: await catalogOf(files) } as Environment);
  const python = { "bin/python3": 1, "lib/python3.11/os.py": 1_000_000 };
  assert.match((await notes(python)).join(), /--compile-bytecode spares that, for about 600 kB/);
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [`lib/python3.11/m${at}.py`, 6_000_000]),
  );
  assert.deepEqual(await notes({ ...python, ...many }), []);
  assert.deepEqual(await notes({ "bin/hello": 1 }), []);
  assert.deepEqual(bytecodeNotes(undefined), []);
});
