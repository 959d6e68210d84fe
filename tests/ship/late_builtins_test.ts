import assert from "node:assert/strict";
import { loadBuiltinsLate } from "../../scripts/ship/late_builtins.ts";

const BUNDLE = `var __esm = () => {};

// src/oci/digest.ts
import { createHash, randomUUID as randomUUID2 } from "node:crypto";
import * as http from "node:http";
var init_digest = __esm({
  "src/oci/digest.ts"() {
    init_hex();
  }
});

// src/cli/mod.ts
import process2 from "node:process";
function run() {
}
var init_mod = __esm({
  "src/cli/mod.ts"() {
  }
});

// src/main.ts
import process3 from "node:process";
process3.exit();`;

Deno.test("loadBuiltinsLate() puts built-in modules into the functions of their modules", () => {
  assert.equal(
    loadBuiltinsLate(BUNDLE),
    `var __esm = () => {};

// src/oci/digest.ts
var createHash, randomUUID2;
var http;
var init_digest = __esm({
  "src/oci/digest.ts"() { ${
      [
        '({ createHash, randomUUID: randomUUID2 } = globalThis.process.getBuiltinModule("node:crypto"));',
        'http = globalThis.process.getBuiltinModule("node:http");',
      ].join(" ")
    }
    init_hex();
  }
});

// src/cli/mod.ts
var process2;
function run() {
}
var init_mod = __esm({
  "src/cli/mod.ts"() { process2 = globalThis.process.getBuiltinModule("node:process");
  }
});

// src/main.ts
var process3; process3 = globalThis.process.getBuiltinModule("node:process");
process3.exit();`,
  );
});

Deno.test("loadBuiltinsLate() moves no line", () => {
  assert.equal(loadBuiltinsLate(BUNDLE).split("\n").length, BUNDLE.split("\n").length);
});

Deno.test("loadBuiltinsLate() leaves text that only looks like an import", () => {
  const text = '  import { createHash } from "node:crypto";\n// import a from "node:fs";\nx();';
  assert.equal(loadBuiltinsLate(text), text);
});

Deno.test("loadBuiltinsLate() refuses an import it cannot read", () => {
  assert.throws(() => loadBuiltinsLate('import fs, { stat } from "node:fs";'), /"fs, \{ stat \}"/);
});
