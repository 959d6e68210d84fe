import assert from "node:assert/strict";
import type { Failure } from "../../src/failure/mod.ts";
import { chooseProxy, formatProxy, type ProxyVariables } from "../../src/http/proxy.ts";

const CASES: readonly (readonly [environment: ProxyVariables, url: string, proxy?: string])[] = [
  [{}, "https://ghcr.io/"],
  [{ HTTPS_PROXY: "http://p.test:3128" }, "https://ghcr.io/", "http://p.test:3128"],
  [{ HTTPS_PROXY: "http://p.test:3128" }, "http://ghcr.io/"],
  [{ https_proxy: "p.test:3128" }, "https://ghcr.io/", "http://p.test:3128"],
  [{ HTTPS_PROXY: "http://a.test", https_proxy: "b.test" }, "https://ghcr.io/", "http://a.test:80"],
  [{ HTTPS_PROXY: "", https_proxy: "b.test" }, "https://ghcr.io/", "http://b.test:80"],
  [{ HTTP_PROXY: "p.test" }, "http://ghcr.io/", "http://p.test:80"],
  [{ ALL_PROXY: "socks5://p.test" }, "https://ghcr.io/", "socks5://p.test:1080"],
  [{ all_proxy: "socks5h://p.test:9" }, "http://ghcr.io/", "socks5://p.test:9"],
  [{ HTTPS_PROXY: "https://p.test" }, "https://ghcr.io/", "https://p.test:443"],
  [{ HTTPS_PROXY: "http://[fd00::1]:3128" }, "https://ghcr.io/", "http://[fd00::1]:3128"],
  [{ HTTPS_PROXY: "p.test", NO_PROXY: "ghcr.io" }, "https://ghcr.io/"],
  [{ HTTPS_PROXY: "p.test", no_proxy: "ghcr.io" }, "https://ghcr.io/"],
  [{ HTTPS_PROXY: "p.test", ALL_PROXY: "q.test" }, "https://localhost/"],
];

for (const [environment, url, expected] of CASES) {
  Deno.test(`chooseProxy() goes to ${url} by ${expected} with ${JSON.stringify(environment)}`, () => {
    const proxy = chooseProxy(new URL(url), environment);
    assert.equal(proxy && formatProxy(proxy), expected);
  });
}

Deno.test("chooseProxy() decodes credentials, which are never shown", () => {
  const proxy = chooseProxy(new URL("https://ghcr.io"), {
    HTTPS_PROXY: "http://me%40corp:p%3Ass%2Fword@p.test:3128",
  });
  assert.equal(proxy?.username, "me@corp");
  assert.equal(proxy?.password?.reveal(), "p:ss/word");
  assert.equal(formatProxy(proxy!), "http://p.test:3128");
  assert.ok(!JSON.stringify(proxy).includes("ss/word"));
});

for (
  const value of [
    "ftp://u:hunter2@p.test",
    "http://",
    "://hunter2",
    "p.test:port",
  ]
) {
  Deno.test(`chooseProxy() refuses "${value}" without repeating it`, () => {
    assert.throws(
      () => chooseProxy(new URL("https://ghcr.io"), { HTTPS_PROXY: value }),
      (error: Failure) => error.id === "base/proxy" && !error.message.includes("hunter2"),
    );
  });
}

Deno.test("chooseProxy() takes a password with a bare percent sign as it is", () => {
  const proxy = chooseProxy(new URL("https://ghcr.io"), { HTTPS_PROXY: "http://me:50%zz@p.test" });
  assert.equal(proxy?.password?.reveal(), "50%zz");
});
