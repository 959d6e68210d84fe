import assert from "node:assert/strict";
import { putMainIntoFunction } from "../../scripts/ship/main_function.ts";

const BUNDLE = `var init = __esm();

// src/main.ts
var process;
if (await init()) {
  process.exit();
}
`;

Deno.test("putMainIntoFunction() puts the main module into a function and calls it", () => {
  const text = putMainIntoFunction(BUNDLE);
  assert.equal(
    text,
    `var init = __esm();
(async () => {
// src/main.ts
var process;
if (await init()) {
  process.exit();
} })();
`,
  );
});

Deno.test("putMainIntoFunction() leaves the source map outside", () => {
  const map = "//# sourceMappingURL=data:application/json;base64,e30=";
  const text = putMainIntoFunction(`${BUNDLE}${map}\n`);
  assert.ok(text.endsWith(`} })();\n${map}\n`), text);
});

Deno.test("putMainIntoFunction() refuses a bundle without the main module", () => {
  assert.throws(() => putMainIntoFunction("var x;\n"), /failed to find the main module/);
});
