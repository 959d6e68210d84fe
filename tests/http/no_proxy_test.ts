import assert from "node:assert/strict";
import { isExempt, isLoopback } from "../../src/http/no_proxy.ts";

const CASES: readonly (readonly [noProxy: string, url: string, exempt: boolean])[] = [
  ["", "https://ghcr.io/", false],
  ["*", "https://ghcr.io/", true],
  ["ghcr.io", "https://ghcr.io/", true],
  ["GHCR.io", "https://ghcr.io/", true],
  ["ghcr.io", "https://pkg.ghcr.io/", true],
  ["ghcr.io", "https://notghcr.io/", false],
  [".ghcr.io", "https://ghcr.io/", false],
  [".ghcr.io", "https://pkg.ghcr.io/", true],
  ["*.ghcr.io", "https://pkg.ghcr.io/", true],
  ["*.ghcr.io", "https://ghcr.io/", false],
  ["ghcr.io:443", "https://ghcr.io/", true],
  ["ghcr.io:443", "https://ghcr.io:8443/", false],
  ["ghcr.io:80", "http://ghcr.io/", true],
  ["a.test, ghcr.io", "https://ghcr.io/", true],
  ["a.test ghcr.io", "https://ghcr.io/", true],
  ["a.test,,b.test", "https://ghcr.io/", false],
  ["10.0.0.0/8", "https://10.2.3.4/", true],
  ["10.0.0.0/8", "https://11.2.3.4/", false],
  ["10.0.0.0/8", "https://ten.test/", false],
  ["10.0.0.0/33", "https://10.2.3.4/", false],
  ["10.0.0.0/", "https://10.2.3.4/", false],
  ["fd00::/8", "https://[fd12::1]/", true],
  ["10.2.3.4", "https://10.2.3.4:5000/", true],
  ["10.2.3.4:5000", "https://10.2.3.4:5000/", true],
  ["10.2.3.4:5001", "https://10.2.3.4:5000/", false],
  ["[fd12::1]:5000", "https://[fd12::1]:5000/", true],
  ["fd12:0::1", "https://[fd12::1]/", true],
  ["", "http://localhost:5000/", true],
  ["", "http://127.0.0.9/", true],
  ["", "http://[::1]:5000/", true],
];

for (const [noProxy, url, exempt] of CASES) {
  Deno.test(`isExempt() ${exempt ? "exempts" : "does not exempt"} ${url} with "${noProxy}"`, () => {
    assert.equal(isExempt(new URL(url), noProxy), exempt);
  });
}

Deno.test("isLoopback() knows names and addresses of this machine only", () => {
  for (
    const host of ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "LOCALHOST."]
  ) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["localhost.example", "127.example", "128.0.0.1", "[::2]", "mylocalhost"]) {
    assert.equal(isLoopback(host), false, host);
  }
});
