import assert from "node:assert/strict";
import { findCommand, gate, hasTool, run, waitsFor } from "./tools.ts";

Deno.test("findCommand() finds a program on PATH and no other", () => {
  assert.match(findCommand("sh") ?? "", /\/sh$/);
  assert.equal(findCommand("no-such-program-anywhere"), undefined);
});

Deno.test("hasTool() is true where every command of the tool is there", () => {
  assert.equal(hasTool("tar"), findCommand("tar") !== undefined);
});

Deno.test("run() returns exit code, output and errors", async () => {
  const result = await run("sh", ["-c", "echo out; echo err >&2; exit 3"], { allowFailure: true });
  assert.equal(result.code, 3);
  assert.equal(result.stdout, "out\n");
  assert.equal(result.stderr, "err\n");
});

Deno.test("run() throws with command line and errors when the program fails", async () => {
  await assert.rejects(
    run("sh", ["-c", "echo broken >&2; exit 3"]),
    /sh -c .*exit code 3\nbroken/s,
  );
});

Deno.test("run() feeds stdin, sets the environment and the folder", async () => {
  const result = await run("sh", ["-c", 'cat; echo "$WORD"; pwd'], {
    stdin: "fed\n",
    env: { WORD: "set" },
    cwd: "/",
  });
  assert.equal(result.stdout, "fed\nset\n/\n");
});

Deno.test("run() bears a program that does not read its stdin", async () => {
  const { code } = await run("true", [], { stdin: new Uint8Array(4 << 20) });
  assert.equal(code, 0);
});

Deno.test("run() kills a program that does not end", async () => {
  await assert.rejects(run("sleep", ["600"], { timeoutMs: 50 }), /no end after 50 ms/);
});

Deno.test("gate() leaves a test alone whose tools are there", () => {
  const definition = { name: "a", fn: () => {} };
  assert.equal(gate(definition, { missing: [], required: true }), definition);
});

Deno.test("gate() ignores a test whose tools are missing and says so in its name", () => {
  const definition = { name: "a", fn: () => {} };
  const gated = gate(definition, { missing: ["podman", "tar"], required: false });
  assert.equal(gated.name, `a${waitsFor(["podman", "tar"])}`);
  assert.equal(gated.name, "a [waits for podman, tar]");
  assert.equal(gated.ignore, true);
});

Deno.test("gate() lets a test fail whose tools are missing and required", () => {
  const definition = { name: "a", fn: () => {} };
  const gated = gate(definition, { missing: ["podman"], required: true });
  assert.equal(gated.ignore, undefined);
  assert.throws(() => gated.fn({} as Deno.TestContext), /expected the tools podman/);
});

Deno.test("gate() ignores a test that cannot run here, whatever is required", () => {
  const definition = { name: "a", fn: () => {} };
  for (const required of [false, true]) {
    const gated = gate(definition, { missing: ["tar"], elsewhere: ["root"], required });
    assert.equal(gated.name, "a [waits for tar, root]");
    assert.equal(gated.ignore, true);
  }
});
