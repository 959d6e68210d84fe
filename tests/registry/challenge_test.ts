import assert from "node:assert/strict";
import fc from "fast-check";
import { parseChallenge } from "../../src/registry/challenge.ts";
import { mergeScopes } from "../../src/registry/scope.ts";

const BEARER =
  'Bearer realm="https://auth.test/token",service="registry.test",scope="repository:a/b:pull"';

Deno.test("parseChallenge() reads a Bearer challenge", () => {
  assert.deepEqual(parseChallenge(BEARER), {
    scheme: "bearer",
    realm: new URL("https://auth.test/token"),
    service: "registry.test",
    scope: "repository:a/b:pull",
  });
});

Deno.test("parseChallenge() reads a Basic challenge", () => {
  assert.deepEqual(parseChallenge('Basic realm="Registry, \\"quoted\\""'), { scheme: "basic" });
  assert.deepEqual(parseChallenge("basic"), { scheme: "basic" });
});

for (
  const header of [
    `Basic realm="x", ${BEARER}`,
    `${BEARER}, Basic realm="x"`,
    `Negotiate, ${BEARER}`,
    `NTLM TlRMTVNTUAAC==, ${BEARER}`,
    'bearer  Realm = "https://auth.test/token" , SERVICE=registry.test ,scope="repository:a/b:pull"',
  ]
) {
  Deno.test(`parseChallenge() finds the Bearer challenge in ${header}`, () => {
    const challenge = parseChallenge(header);
    assert.equal(challenge?.scheme === "bearer" && challenge.service, "registry.test");
  });
}

Deno.test("parseChallenge() knows no other scheme", () => {
  assert.equal(parseChallenge(""), undefined);
  assert.equal(parseChallenge("Negotiate"), undefined);
  assert.equal(parseChallenge('Digest realm="x",nonce="y"'), undefined);
});

for (
  const header of [
    'Bearer realm="x',
    'Bearer realm="https://auth.test" service="y"',
    'Bearer realm="https://auth.test",realm="https://evil.test"',
    'realm="https://auth.test"',
    'Bearer service="y"',
    'Bearer realm="auth.test/token"',
    'Bearer realm="file:///etc/passwd"',
    'Bearer realm="https://auth.test" x',
    "Bearer =",
  ]
) {
  Deno.test(`parseChallenge() refuses ${header}`, () => {
    assert.throws(() => parseChallenge(header), SyntaxError);
  });
}

Deno.test("parseChallenge() reads any header or throws a SyntaxError", () => {
  const pieces = fc.constantFrom(
    "Bearer",
    "Basic",
    " ",
    ",",
    "=",
    '"',
    "\\",
    "realm",
    "https://a.test",
    "\t",
    "é",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      try {
        parseChallenge(parts.join(""));
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("mergeScopes() joins what is needed with what the registry asks for", () => {
  const pull = { repository: "a/b", actions: ["pull"] } as const;
  const push = { repository: "a/b", actions: ["push", "pull"] } as const;
  const base = { repository: "base", actions: ["pull"] } as const;
  assert.deepEqual(mergeScopes([pull]), ["repository:a/b:pull"]);
  assert.deepEqual(mergeScopes([push, base]), ["repository:a/b:pull,push", "repository:base:pull"]);
  assert.deepEqual(mergeScopes([pull], "repository:a/b:pull,push"), ["repository:a/b:pull,push"]);
  assert.deepEqual(mergeScopes([pull], "registry:catalog:* repository:b:pull"), [
    "registry:catalog:*",
    "repository:a/b:pull",
    "repository:b:pull",
  ]);
  assert.deepEqual(mergeScopes([pull], "nonsense  "), ["repository:a/b:pull"]);
});
