import assert from "node:assert/strict";
import type { Failure } from "../../src/failure/mod.ts";
import { createHttpClient, Secret } from "../../src/http/mod.ts";
import { digestOf, parseReference } from "../../src/oci/mod.ts";
import { createRegistryClient } from "../../src/registry/mod.ts";
import type { Credential, Credentials, FoundCredential } from "../../src/registry/credential.ts";
import { TestClock } from "../support/clock.ts";
import {
  breakUploadAfter,
  type Fault,
  fault,
  type FaultyRegistryOptions,
  serveRegistry,
  status,
} from "../support/faulty_registry.ts";
import { opening, PASSWORD, someBytes, USERNAME } from "../support/registry_scene.ts";
import { serveTokens, type TokenServerOptions } from "../support/token_server.ts";

const BASIC = `${USERNAME}:${PASSWORD}`;
const LAYER = someBytes(300_000);
const DESCRIPTOR = { digest: digestOf(LAYER), size: LAYER.length };

const credential = (more: Partial<Credential> = {}): FoundCredential => ({
  credential: {
    source: "~/.docker/config.json",
    username: USERNAME,
    kind: "password",
    secret: new Secret(PASSWORD),
    ...more,
  },
  notes: [],
});

/** A registry that wants tokens, its token server, and a client with what was found for it. */
async function tokenScene(
  found: FoundCredential,
  tokenOptions: TokenServerOptions,
  registryOptions: FaultyRegistryOptions = {},
) {
  const tokens = await serveTokens(tokenOptions);
  const registry = await serveRegistry({ ...registryOptions, tokens });
  const clock = new TestClock();
  const http = createHttpClient({ clock, random: () => 0 });
  const credentials: Credentials = { find: () => Promise.resolve(found) };
  return {
    tokens,
    registry,
    clock,
    client: createRegistryClient({ http, credentials }),
    reference: (name: string) => parseReference(`${registry.host}/${name}`),
    async [Symbol.asyncDispose]() {
      http[Symbol.dispose]();
      await registry[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
    },
  };
}

const layer = {
  descriptor: DESCRIPTOR,
  open: opening(LAYER),
  purpose: { action: "push", subject: "bot" },
} as const;

Deno.test("a token is asked for by GET with Basic, for what is to be done", async () => {
  await using scene = await tokenScene(credential(), { basic: BASIC });
  scene.registry.addImage("acme/bot:1", LAYER);
  await scene.client.pullImage(scene.reference("acme/bot:1"));
  const [asked, ...more] = scene.tokens.asked;
  assert.equal(more.length, 0);
  assert.equal(asked!.method, "GET");
  assert.deepEqual([...asked!.parameters].sort(), [
    ["account", USERNAME],
    ["client_id", "rcc-oci"],
    ["scope", "repository:acme/bot:pull"],
    ["service", "faulty"],
  ]);
  assert.equal(asked!.authorization, `Basic ${btoa(BASIC)}`);
});

Deno.test("a token is asked for by POST with an identity token", async () => {
  const found = credential({ kind: "identity-token", secret: new Secret("idt") });
  await using scene = await tokenScene(found, { identityToken: "idt" });
  scene.registry.addImage("acme/bot:1", LAYER);
  await scene.client.pullImage(scene.reference("acme/bot:1"));
  const [asked] = scene.tokens.asked;
  assert.equal(asked!.method, "POST");
  assert.equal(asked!.authorization, undefined);
  assert.equal(asked!.parameters.get("refresh_token"), "idt");
  assert.equal(asked!.parameters.get("scope"), "repository:acme/bot:pull");
});

Deno.test("a registrytoken is shown to the registry itself, and to no token server", async () => {
  const secret = new Secret("given-token");
  const found = credential({ kind: "registry-token", username: "", secret });
  await using elsewhere = await serveTokens({ anonymous: true });
  let isRefused = false;
  const challenge = { "www-authenticate": `Bearer realm="${elsewhere.realm}",service="x"` };
  const guard: Fault = async (exchange) => {
    const { authorization } = exchange.logged.headers;
    if (authorization === "Bearer given-token" && !isRefused) return false;
    await status(401, challenge)(exchange);
    return true;
  };
  await using registry = await serveRegistry({ faults: [guard] });
  registry.addImage("acme/bot:1", LAYER);
  using http = createHttpClient({ clock: new TestClock() });
  const client = createRegistryClient({
    http,
    credentials: { find: () => Promise.resolve(found) },
  });
  const reference = parseReference(`${registry.host}/acme/bot:1`);
  await client.pullImage(reference);
  isRefused = true;
  await assert.rejects(client.pullImage(reference), (error: Failure) => {
    assert.match(error.message, /the credentials of ~\/\.docker\/config\.json were refused/);
    assert.ok(error.details.includes("credentials shown: a token of ~/.docker/config.json"));
    return true;
  });
  assert.deepEqual(elsewhere.asked, []);
});

Deno.test("a token is asked for anonymously without credentials", async () => {
  await using scene = await tokenScene({ notes: [] }, { anonymous: true });
  scene.registry.addImage("acme/bot:1", LAYER);
  await scene.client.pullImage(scene.reference("acme/bot:1"));
  assert.equal(scene.tokens.asked[0]!.authorization, undefined);
  assert.equal(scene.tokens.asked[0]!.parameters.has("account"), false);
});

Deno.test("one token does for all requests of a repository, several at once too", async () => {
  await using scene = await tokenScene(credential(), { basic: BASIC });
  const reference = scene.reference("bot:1");
  const { layer } = scene.registry.addImage("bot:1", LAYER);
  await scene.client.pullImage(reference);
  await Promise.all(
    Array.from({ length: 8 }, () => scene.client.hasBlob(reference, layer.digest)),
  );
  assert.equal(scene.tokens.asked.length, 1);
});

Deno.test("a token is renewed before it is stale", async () => {
  await using scene = await tokenScene(credential(), { basic: BASIC, life: 120 });
  const reference = scene.reference("bot:1");
  scene.registry.addImage("bot:1", LAYER);
  await scene.client.pullImage(reference);
  scene.clock.time += 100_000;
  await scene.client.pullImage(reference);
  assert.equal(scene.tokens.asked.length, 1);
  scene.clock.time += 15_000;
  await Promise.all([scene.client.pullImage(reference), scene.client.pullImage(reference)]);
  assert.equal(scene.tokens.asked.length, 2);
  assert.equal(scene.registry.lines().filter((line) => line.startsWith("GET")).length, 5);
});

Deno.test("a token that the registry refuses is renewed, once for all who wait", async () => {
  await using scene = await tokenScene(credential(), { basic: BASIC });
  const reference = scene.reference("bot:1");
  const { layer } = scene.registry.addImage("bot:1", LAYER);
  await scene.client.hasBlob(reference, layer.digest);
  scene.tokens.expire();
  await Promise.all(
    Array.from({ length: 4 }, () => scene.client.hasBlob(reference, layer.digest)),
  );
  assert.equal(scene.tokens.asked.length, 2);
});

Deno.test("a push goes on with a new token when the old one ends in the middle", async () => {
  const expiring = (expire: () => void) =>
    fault("PUT", /uploads/, {
      times: 1,
      answer: async (exchange) => {
        expire();
        await breakUploadAfter(100_000)(exchange);
      },
    });
  let expire = () => {};
  await using scene = await tokenScene(credential(), { basic: BASIC }, {
    faults: [expiring(() => expire())],
  });
  expire = () => scene.tokens.expire();
  assert.equal(await scene.client.pushBlob(scene.reference("bot:1"), layer), "uploaded");
  assert.deepEqual(scene.registry.blobs.get(DESCRIPTOR.digest), LAYER);
  assert.equal(scene.registry.uploadedBytes(), LAYER.length);
  assert.equal(scene.tokens.asked.length, 2);
});

Deno.test("a 401 to the upload itself renews the token, and the bytes go again", async () => {
  let expire = () => {};
  await using scene = await tokenScene(credential(), { basic: BASIC }, {
    faults: [
      ({ logged }) => {
        if (logged.method === "PUT") expire();
        expire = logged.method === "PUT" ? () => {} : expire;
        return false;
      },
    ],
  });
  expire = () => scene.tokens.expire();
  assert.equal(await scene.client.pushBlob(scene.reference("bot:1"), layer), "uploaded");
  assert.deepEqual(scene.registry.blobs.get(DESCRIPTOR.digest), LAYER);
  assert.equal(scene.tokens.asked.length, 2);
});

Deno.test("a mount asks for the right to read the other repository", async () => {
  await using scene = await tokenScene(credential(), { basic: BASIC }, {
    faults: [fault("HEAD", /\/bot\//, { answer: status(404) })],
  });
  scene.registry.addBlob(LAYER);
  const mountFrom = [scene.reference("base")];
  const pushed = await scene.client.pushBlob(scene.reference("bot:1"), { ...layer, mountFrom });
  assert.equal(pushed, "mounted");
  assert.deepEqual(scene.tokens.asked.at(-1)!.parameters.getAll("scope"), [
    "repository:base:pull",
    "repository:bot:pull,push",
  ]);
});

Deno.test("credentials that the token server refuses are named, with their cure", async () => {
  await using scene = await tokenScene(credential(), { basic: "other:password" });
  const { host } = scene.registry;
  await assert.rejects(scene.client.pullImage(scene.reference("bot:1")), (error: Failure) => {
    assert.equal(error.id, "base/registry-denied");
    assert.equal(
      error.message,
      `failed to pull "${host}/bot:1": registry ${scene.tokens.host} answered 401 to GET /token; ` +
        `the credentials of ~/.docker/config.json were refused, log in again with \`docker login ${host}\``,
    );
    assert.ok(error.details.includes('credentials shown: user "me" of ~/.docker/config.json'));
    assert.ok(!Deno.inspect(error, { depth: 20 }).includes(PASSWORD));
    return true;
  });
});

Deno.test("without credentials the error says so, and what was in the way", async () => {
  const notes = [
    "docker-credential-desktop of ~/.docker/config.json gave nothing: it is not on PATH",
  ];
  await using scene = await tokenScene({ notes }, { basic: BASIC });
  await assert.rejects(scene.client.pullImage(scene.reference("bot:1")), (error: Failure) => {
    assert.ok(
      error.message.endsWith(
        `; no credentials were found (${
          notes[0]
        }), log in with \`docker login ${scene.registry.host}\``,
      ),
      error.message,
    );
    return true;
  });
});

Deno.test("a token server that gives no token is named", async () => {
  for (
    const body of ["{}", "[]", "<html>", '{"token":"a b"}', '{"token":5}', "x".repeat(2_000_000)]
  ) {
    await using registry = await serveRegistry({
      faults: [
        fault("GET", /^\/token$/, { answer: ({ response }) => void response.end(body) }),
        fault("GET", /manifests/, {
          answer: (exchange) =>
            status(401, {
              "www-authenticate": `Bearer realm="${exchange.registry.url.origin}/token"`,
            })(exchange),
        }),
      ],
    });
    using http = createHttpClient({ clock: new TestClock() });
    const client = createRegistryClient({ http });
    await assert.rejects(
      client.pullImage(parseReference(`${registry.host}/bot:1`)),
      (error: Failure) =>
        error.id === "base/registry-answer" &&
        error.message.includes(
          `${registry.host} answered GET /token with something that cannot be read`,
        ),
    );
  }
});
