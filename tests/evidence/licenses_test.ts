import assert from "node:assert/strict";
import { isLicenseExpression, licenseReference } from "../../src/evidence/licenses.ts";

Deno.test("isLicenseExpression() takes expressions of known identifiers alone", () => {
  for (
    const text of [
      "MIT",
      "Apache-2.0 OR BSD-3-Clause",
      "(MIT AND Zlib) OR GPL-3.0-or-later WITH GCC-exception-3.1",
    ]
  ) assert.ok(isLicenseExpression(text), text);
  for (
    const text of [
      "",
      "BSD",
      "MIT License",
      "MIT OR",
      "OR MIT",
      "(MIT",
      "MIT)",
      "MIT MIT",
      "MIT WITH MIT",
      "Apache-2.0 or MIT",
      "LicenseRef-x",
    ]
  ) assert.ok(!isLicenseExpression(text), text);
});

Deno.test("licenseReference() names the same words the same", () => {
  assert.match(licenseReference("BSD"), /^LicenseRef-[0-9a-f]{16}$/);
  assert.notEqual(licenseReference("BSD"), licenseReference("BSD License"));
});
