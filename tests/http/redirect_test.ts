import assert from "node:assert/strict";
import { redirectOf } from "../../src/http/redirect.ts";
import { HttpError, Secret } from "../../src/http/mod.ts";

const START = new URL("https://registry.test/v2/a/blobs/x?token=1");
const HEADERS = {
  authorization: new Secret("Bearer hunter2"),
  "x-key": new Secret("hunter2"),
  Cookie: "hunter2",
  range: "bytes=5-",
};

function redirected(status: number, location: string, method = "GET") {
  return redirectOf({ status, headers: { location } }, {
    url: START,
    method,
    headers: HEADERS,
    allowsPlain: (url) => url.hostname === "127.0.0.1",
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`redirectOf() follows ${status} of a GET, relative too`, () => {
    assert.equal(redirected(status, "../y")?.url.href, "https://registry.test/v2/a/y");
  });
}

Deno.test("redirectOf() follows a PUT only where its body is kept", () => {
  assert.equal(redirected(307, "/y", "PUT")?.url.pathname, "/y");
  assert.equal(redirected(308, "/y", "PATCH")?.url.pathname, "/y");
  for (const status of [301, 302, 303]) assert.equal(redirected(status, "/y", "PUT"), undefined);
});

Deno.test("redirectOf() leaves other statuses and missing locations alone", () => {
  assert.equal(redirected(200, "/y"), undefined);
  assert.equal(redirected(304, "/y"), undefined);
  const options = { url: START, method: "GET", headers: {}, allowsPlain: () => false };
  assert.equal(redirectOf({ status: 302, headers: {} }, options), undefined);
});

Deno.test("redirectOf() keeps secrets on the same host", () => {
  assert.equal(redirected(307, "https://registry.test/y")?.headers, HEADERS);
});

for (
  const target of [
    "https://cdn.test/y",
    "https://registry.test:8443/y",
    "https://registry.test.evil.test/y",
    "https://registry.test@evil.test/y",
  ]
) {
  Deno.test(`redirectOf() takes no secret to ${target}`, () => {
    assert.deepEqual(redirected(307, target)?.headers, { range: "bytes=5-" });
  });
}

Deno.test("redirectOf() drops credentials in the address", () => {
  assert.equal(redirected(307, "https://u:p@cdn.test/y")?.url.href, "https://cdn.test/y");
});

Deno.test("redirectOf() refuses to leave encryption, but for hosts that are allowed", () => {
  assert.throws(() => redirected(307, "http://cdn.test/y"), HttpError);
  assert.equal(redirected(307, "http://127.0.0.1:5000/y")?.url.port, "5000");
});

for (const location of ["ftp://cdn.test/y", "file:///etc/passwd", "https://"]) {
  Deno.test(`redirectOf() refuses "${location}"`, () => {
    assert.throws(() => redirected(302, location), HttpError);
  });
}
