import assert from "node:assert/strict";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { failureDocument, renderFailure } from "../../src/report/render_failure.ts";

const missing = new Failure("robot/not-found", `failed to read "robot.yaml": no such file`, {
  details: ["looked in /home/dev"],
  cause: new Error("ENOENT", { cause: new TypeError("deep") }),
});
const option = new Failure("usage/option", "unknown option");

Deno.test("renderFailure() gives one line for each failure", () => {
  assert.deepEqual(renderFailure(new Failures([missing, option]), { verbose: false }), [
    { message: `failed to read "robot.yaml": no such file`, more: [] },
    { message: "unknown option", more: [] },
  ]);
});

Deno.test("renderFailure() adds id, details and causes when asked for more", () => {
  assert.deepEqual(renderFailure(missing, { verbose: true }), [{
    message: `failed to read "robot.yaml": no such file (robot/not-found)`,
    more: ["looked in /home/dev", "because: ENOENT", "because: TypeError: deep"],
  }]);
});

Deno.test("renderFailure() asks to report what nobody expected, without a stack trace", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [new TypeError("x is undefined"), "unexpected: TypeError: x is undefined, please report it"],
    [new Error("plain"), "unexpected: plain, please report it"],
    [new RangeError(), "unexpected: RangeError, please report it"],
    ["a text", "unexpected: a text, please report it"],
    [undefined, "unexpected: undefined, please report it"],
    [Object.create(null), "unexpected: something without a text, please report it"],
  ];
  for (const [error, message] of cases) {
    assert.deepEqual(renderFailure(error, { verbose: true }), [{ message, more: [] }]);
  }
});

Deno.test("failureDocument() names every failure by its id", () => {
  assert.deepEqual(failureDocument(new Failures([missing, option]), { verbose: true }), {
    failures: [
      {
        id: "robot/not-found",
        message: `failed to read "robot.yaml": no such file`,
        details: ["looked in /home/dev", "because: ENOENT", "because: TypeError: deep"],
      },
      { id: "usage/option", message: "unknown option" },
    ],
  });
  assert.deepEqual(failureDocument(new TypeError("x"), { verbose: false }), {
    failures: [{ id: "unexpected", message: "unexpected: TypeError: x, please report it" }],
  });
  const stop = Object.assign(new Error("interrupted by SIGINT"), { name: "AbortError" });
  assert.deepEqual(failureDocument(stop, { verbose: false }), {
    failures: [{ id: "interrupted", message: "interrupted by SIGINT" }],
  });
});

Deno.test("renderFailure() does not ask to report that somebody stopped it", () => {
  assert.deepEqual(
    renderFailure(new DOMException("interrupted", "AbortError"), { verbose: false }),
    [
      { message: "interrupted", more: [] },
    ],
  );
});

Deno.test("renderFailure() follows causes that are several, and stops where they go in circles", () => {
  const inner = new Error("inner");
  inner.cause = inner;
  const several = new AggregateError([inner, new Error("other")], "several");
  assert.deepEqual(
    renderFailure(new Error("outer", { cause: several }), { verbose: true })[0]!.more,
    [
      "because: AggregateError: several",
      "because: inner",
      "because: other",
    ],
  );
});

Deno.test("renderFailure() ends a chain of causes that is long", () => {
  let error = new Error("0");
  for (let depth = 1; depth < 1000; depth++) error = new Error(`${depth}`, { cause: error });
  assert.equal(renderFailure(error, { verbose: true })[0]!.more.length, 10);
});

Deno.test("renderFailure() cuts a word that is endless, and leaves paths whole", () => {
  const path = `/${"p".repeat(250)}`.repeat(3);
  const name = `${"a".repeat(3000)}${"b".repeat(3000)}`;
  const error = (found: string) =>
    new Failure("output/unwritable", `failed to write "${found}": no`, { cause: new Error(found) });
  const text = (found: string) => renderFailure(error(found), { verbose: true });
  assert.deepEqual(text(path), [{
    message: `failed to write "${path}": no (output/unwritable)`,
    more: [`because: ${path}`],
  }]);
  const [{ message, more: [cause] }] = text(name) as [{ message: string; more: string[] }];
  assert.match(message, /^failed to write "a{59}…b{58}": no \(output\/unwritable\)$/);
  assert.match(cause!, /^because: a{60}…b{60}$/);
});
