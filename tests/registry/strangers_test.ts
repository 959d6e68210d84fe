/** Registries that send us, and what we show, where neither belongs. */
import assert from "node:assert/strict";
import { Failure } from "../../src/failure/mod.ts";
import { createHttpClient, HttpError, Secret } from "../../src/http/mod.ts";
import { digestOf, parseReference } from "../../src/oci/mod.ts";
import { createRegistryClient } from "../../src/registry/mod.ts";
import type { Credential, Credentials } from "../../src/registry/credential.ts";
import { connect } from "../../src/http/connect.ts";
import { nearnessOf } from "../../src/http/nearness.ts";
import { TestClock } from "../support/clock.ts";
import { farAddress, farHost } from "../support/far_host.ts";
import { type Fault, fault, serveRegistry, status } from "../support/faulty_registry.ts";
import { bodyOf, type LoopbackServer, serveHttp } from "../support/loopback.ts";
import { opening, someBytes } from "../support/registry_scene.ts";

const LAYER = someBytes(10_000);
const BLOB = {
  descriptor: { digest: digestOf(LAYER), size: LAYER.length },
  open: opening(LAYER),
  purpose: { action: "push", subject: "bot" },
} as const;

function showing(kind: Credential["kind"]): Credentials {
  const credential = { source: "x", username: "me", kind, secret: new Secret("hunter2") };
  return { find: () => Promise.resolve({ credential, notes: [] }) };
}

/** A server that keeps all that it is sent. */
async function listener() {
  const heard: string[] = [];
  const server = await serveHttp(async (request, response) => {
    const body = new TextDecoder().decode(await bodyOf(request));
    heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`);
    response.end('{"token":"t"}');
  });
  return { ...server, heard };
}

const wantsToken = (realm: () => string): Fault => async (exchange) => {
  if (exchange.logged.headers.authorization !== undefined) return false;
  if (exchange.logged.path === "/token") return false;
  await status(401, { "www-authenticate": `Bearer realm="${realm()}",service="x"` })(exchange);
  return true;
};

for (const kind of ["password", "identity-token"] as const) {
  for (const code of [301, 302, 303, 307, 308]) {
    Deno.test(`a token request with ${kind} follows ${code} to no other origin`, async () => {
      await using elsewhere = await listener();
      await using registry = await serveRegistry({
        faults: [
          wantsToken(() => `${registry.url.origin}/token`),
          fault(kind === "password" ? "GET" : "POST", /^\/token$/, {
            answer: status(code, { location: `${elsewhere.url}stolen` }),
          }),
        ],
      });
      using http = createHttpClient({ clock: new TestClock() });
      const client = createRegistryClient({ http, credentials: showing(kind) });
      const failed = client.pullImage(parseReference(`${registry.host}/bot:1`));
      await assert.rejects(failed, (error: Failure) => !error.message.includes("hunter2"));
      assert.deepEqual(elsewhere.heard, []);
    });
  }
}

/** A registry of another host on plain HTTP, which is allowed by name. */
async function withFarRegistry(
  work: (host: string, registry: Awaited<ReturnType<typeof serveRegistry>>) => Promise<void>,
  faults: readonly Fault[],
): Promise<void> {
  await using registry = await serveRegistry({ faults });
  await using far = await farHost(registry);
  await work(far.host, registry);
}

const hasFar = { ignore: farAddress() === undefined };

Deno.test(
  "a registry on plain HTTP has its passwords sent to no other host on plain HTTP",
  hasFar,
  async () => {
    await using tokens = await listener();
    await using elsewhere = await farHost(tokens);
    const other = elsewhere.host;
    await using registry = await serveRegistry({ faults: [wantsToken(() => `http://${other}/t`)] });
    const reference = parseReference(`${registry.host}/bot:1`);
    const push = async (insecureHosts: readonly string[]) => {
      using http = createHttpClient({ clock: new TestClock(), insecureHosts });
      const client = createRegistryClient({ http, credentials: showing("password") });
      return await client.pushBlob(reference, BLOB);
    };
    await assert.rejects(push([]), (error: Failure) => {
      assert.match(
        error.message,
        /sends to \S+ for tokens without encryption; allow it with --inse/,
      );
      return true;
    });
    assert.deepEqual(tokens.heard, []);
    assert.equal(await push([other]), "uploaded");
    assert.equal(tokens.heard.length, 1);
  },
);

const WAYS: Readonly<Record<string, (target: LoopbackServer) => Fault>> = {
  "a realm": ({ url }) => wantsToken(() => `${url}token`),
  "a redirect": ({ url }) =>
    fault("HEAD", /\/blobs\//, { answer: status(307, { location: `${url}blob` }) }),
  "an upload's Location": ({ url }) =>
    fault("POST", /\/uploads\/$/, { answer: status(202, { location: `${url}upload` }) }),
};

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`a remote registry sends nobody to this machine by ${name}`, hasFar, async () => {
    await using inside = await listener();
    await withFarRegistry(async (host) => {
      const push = async (insecureHosts: readonly string[]) => {
        using http = createHttpClient({ clock: new TestClock(), insecureHosts });
        const client = createRegistryClient({ http, credentials: showing("password") });
        return await client.pushBlob(parseReference(`${host}/bot:1`), BLOB);
      };
      await assert.rejects(push([host]), (error: Failure) => {
        assert.match(error.message, /is on this machine, where no other host may send requests/);
        return true;
      });
      assert.deepEqual(inside.heard, []);
      await push([host, inside.host]).catch(() => {});
      assert.ok(inside.heard.length > 0, "allowed by name");
    }, [way(inside)]);
  });
}

Deno.test("a question for the right to push goes to no other host than the registry", async () => {
  await using elsewhere = await listener();
  const location = `${elsewhere.url}delete-me`;
  await using registry = await serveRegistry({
    faults: [fault("POST", /\/uploads\/$/, { answer: status(202, { location }) })],
  });
  using http = createHttpClient({ clock: new TestClock() });
  const client = createRegistryClient({ http });
  await client.askPush({ reference: parseReference(`${registry.host}/bot:1`) });
  assert.deepEqual(elsewhere.heard, []);
});

Deno.test("a registry of this machine sends nobody to a metadata service", async () => {
  await using registry = await serveRegistry({
    faults: [wantsToken(() => "http://169.254.169.254/latest/meta-data")],
  });
  using http = createHttpClient({ clock: new TestClock() });
  const client = createRegistryClient({ http, credentials: showing("password") });
  await assert.rejects(client.pushBlob(parseReference(`${registry.host}/bot:1`), BLOB), Failure);
});

Deno.test("a name that leads to this machine is known once it is reached, before a byte", async () => {
  let connections = 0;
  await using server = await serveHttp(() => connections++);
  const way = {
    host: "127.0.0.1",
    port: server.port,
    secure: false,
    trust: { ca: [], verify: true },
    onReached: (address: string) => {
      assert.equal(nearnessOf(address), "loopback");
      throw new HttpError("redirect", "not there");
    },
  };
  await assert.rejects(connect(way, { limitMs: 10_000 }), /not there/);
  assert.equal(connections, 0);
});

const NEAR = {
  loopback: [
    ...["127.0.0.1", "[::1]", "[::]", "0.0.0.0", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"],
    ...["localhost", "localhost.", "a.localhost", "①②⑦.0.0.1"],
  ],
  "link-local": ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.1.1]"],
  none: ["10.0.0.1", "192.168.1.1", "[2001:db8::1]", "registry.test", "127.0.0.1.test"],
};

for (const [nearness, hosts] of Object.entries(NEAR)) {
  Deno.test(`nearnessOf() of ${hosts.join(", ")} is ${nearness}`, () => {
    for (const host of hosts) {
      assert.equal(nearnessOf(new URL(`http://${host}`).hostname) ?? "none", nearness, host);
    }
  });
}
