import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Secret } from "../../src/http/mod.ts";

Deno.test("Secret shows itself to reveal() alone", () => {
  const secret = new Secret("hunter2");
  assert.equal(secret.reveal(), "hunter2");
  const shown = [
    `${secret}`,
    String(secret),
    "" + secret,
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    Deno.inspect({ secret }, { showHidden: true, depth: 9 }),
    Object.values(secret).join(),
  ];
  for (const text of shown) assert.ok(!text.includes("hunter2"), text);
});
