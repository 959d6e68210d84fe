import assert from "node:assert/strict";
import { describeHost, hostAdvice, pipVariableWarnings } from "../../src/rcc/mod.ts";

Deno.test("hostAdvice() has nothing to say on the image's own platform", () => {
  assert.deepEqual(hostAdvice("linux", "x64"), { canResolve: true, ways: [] });
});

Deno.test("hostAdvice() warns of any other platform and names the ways that work", () => {
  for (
    const [os, arch, name] of [
      ["win32", "x64", "Windows/amd64"],
      ["darwin", "arm64", "macOS/arm64"],
      ["linux", "arm64", "linux/arm64"],
    ] as const
  ) {
    const { canResolve, warning, ways } = hostAdvice(os, arch);
    assert.equal(canResolve, false);
    assert.ok(warning!.startsWith(`this host is ${name} and the image is linux/amd64`));
    assert.match(ways.join("\n"), /hololib\.zip[^]*--hololib[^]*RCC_REMOTE_ORIGIN/);
  }
  assert.equal(describeHost("freebsd", "ia32"), "freebsd/386");
});

Deno.test("pipVariableWarnings() names what rcc's pip does not read, and what it does", () => {
  assert.deepEqual(pipVariableWarnings({ PIP_CACHE_DIR: "/x", PIP_INDEX_URL: "", HOME: "/" }), []);
  const [one] = pipVariableWarnings({ PIP_INDEX_URL: "https://me:hunter2@pypi.test/simple" });
  assert.match(one!, /^PIP_INDEX_URL is set, .* that it does nothing: set the endpoint "pypi"/);
  assert.ok(!one!.includes("hunter2"));
  const [two] = pipVariableWarnings({ PIP_INDEX_URL: "x", PIP_EXTRA_INDEX_URL: "y" });
  assert.match(two!, /^PIP_INDEX_URL, PIP_EXTRA_INDEX_URL are set, .* that they do nothing/);
});
