import assert from "node:assert/strict";
import { collect } from "../../src/bytes/mod.ts";
import type { Failure } from "../../src/failure/mod.ts";
import { createHttpClient, Secret } from "../../src/http/mod.ts";
import type { HttpOptions } from "../../src/http/client.ts";
import { digestOf, encodeJson, MEDIA_TYPES, parseReference } from "../../src/oci/mod.ts";
import {
  createCredentials,
  createRegistryClient,
  type RegistryClient,
} from "../../src/registry/mod.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { HTPASSWD, startDockerRegistry } from "../support/docker_registry.ts";
import { connectProxy } from "../support/proxies.ts";
import { opening, PASSWORD, someBytes, uploadFiles, USERNAME } from "../support/registry_scene.ts";
import { serveTokens } from "../support/token_server.ts";
import { type Tool, toolTest } from "../support/tools.ts";

const MIB = 1024 * 1024;
const LAYERS = [
  someBytes(3 * MIB),
  someBytes(2 * MIB),
  someBytes(MIB),
  someBytes(1000),
  someBytes(10),
];

/** A client of a run of its own, with the password for a host. */
async function withClient<Result>(
  { host, password = PASSWORD, cacheDirectory, ...options }: HttpOptions & {
    readonly host: string;
    readonly password?: string;
    readonly cacheDirectory?: string;
  },
  work: (client: RegistryClient) => Promise<Result>,
): Promise<Result> {
  using http = createHttpClient(options);
  const credentials = createCredentials({
    environment: {},
    explicit: {
      registries: [host],
      username: USERNAME,
      password: new Secret(password),
      source: "--password-stdin",
    },
  });
  return await work(createRegistryClient({
    http,
    credentials,
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
  }));
}

/** An image of the layers. */
function imageOf(layers: readonly Uint8Array[]) {
  const blobs = new Map(layers.map((bytes) => [digestOf(bytes), bytes]));
  const config = encodeJson({
    os: "linux",
    architecture: "amd64",
    rootfs: { type: "layers", diff_ids: [...blobs.keys()] },
  });
  blobs.set(digestOf(config), config);
  const described = (mediaType: string, bytes: Uint8Array) => (
    { mediaType, digest: digestOf(bytes), size: bytes.length }
  );
  const content = {
    config: described(MEDIA_TYPES.config, config),
    layers: layers.map((bytes) => described(MEDIA_TYPES.layer, bytes)),
  };
  const mediaType = MEDIA_TYPES.manifest;
  const bytes = encodeJson({ schemaVersion: 2, mediaType, ...content });
  return {
    manifest: { mediaType, bytes },
    ...content,
    blobs: {
      open: ({ digest }: { digest: typeof content.config.digest }) => opening(blobs.get(digest)!)(),
    },
  };
}

/** Pushes, and pulls again what was pushed. */
async function pushAndPull(client: RegistryClient, host: string): Promise<void> {
  const image = imageOf(LAYERS);
  const reference = parseReference(`${host}/acme/bot:1`);
  const [pushed] = await client.pushImage(image, [reference]);
  assert.equal(pushed!.digest, digestOf(image.manifest.bytes));
  const pulled = await client.pullImage({ ...reference, digest: pushed!.digest });
  assert.deepEqual(pulled.bytes, image.manifest.bytes);
  for (const [i, layer] of pulled.manifest.layers.entries()) {
    assert.deepEqual(await collect(client.pullBlob(reference, layer), layer.size), LAYERS[i]);
  }
  assert.equal((await client.askManifest(reference))?.digest, pushed!.digest);
}

const needs: readonly Tool[] = ["docker-registry"];
const withCertificates: readonly Tool[] = ["docker-registry", "openssl"];

toolTest(
  { name: "docker-registry, plain: pushes and pulls, and sends nothing twice", needs },
  async () => {
    await using registry = await startDockerRegistry();
    const { host } = registry;
    await withClient({ host }, (client) => pushAndPull(client, host));
    const uploads = async () =>
      (await registry.lines()).filter((line) => /^(?:PUT|PATCH) .*\/uploads\//.test(line)).length;
    assert.equal(await uploads(), LAYERS.length + 1);
    const before = (await registry.lines()).length;
    const reference = parseReference(`${host}/acme/bot:1`);
    const results: string[] = [];
    await withClient({ host }, async (client) => {
      await client.pushImage(imageOf(LAYERS), [reference]);
      // A change of the last layer sends that layer, the config and the manifest.
      await client.pushImage(imageOf([...LAYERS.slice(0, -1), someBytes(20)]), [reference], {
        onProgress: ({ result }) => void (result !== undefined && results.push(result)),
      });
    });
    const lines = (await registry.lines()).slice(before);
    assert.deepEqual(
      lines.filter((line) => line.startsWith("P")).toSorted(),
      [
        "POST /v2/acme/bot/blobs/uploads/ 202",
        "POST /v2/acme/bot/blobs/uploads/ 202",
        "PUT /v2/acme/bot/blobs/uploads/<…> 201",
        "PUT /v2/acme/bot/blobs/uploads/<…> 201",
        "PUT /v2/acme/bot/manifests/1 201",
        "PUT /v2/acme/bot/manifests/1 201",
      ],
    );
    assert.deepEqual(results.toSorted(), [...Array(4).fill("exists"), "uploaded", "uploaded"]);
  },
);

toolTest({
  name: "docker-registry, plain: mounts from another repository, and takes chunks",
  needs,
}, async () => {
  await using registry = await startDockerRegistry();
  const { host } = registry;
  await withClient({ host }, async (client) => {
    const big = someBytes(12 * MIB);
    const blob = {
      descriptor: { digest: digestOf(big), size: big.length },
      open: opening(big),
      purpose: { action: "push", subject: "base" },
    } as const;
    const base = parseReference(`${host}/base:1`);
    assert.equal(await client.pushBlob(base, { ...blob, chunkSize: 5 * MIB }), "uploaded");
    const bot = parseReference(`${host}/bot:1`);
    assert.equal(await client.pushBlob(bot, { ...blob, mountFrom: [base] }), "mounted");
  });
  const lines = await registry.lines();
  assert.equal(lines.filter((line) => line.startsWith("PATCH") && line.endsWith(" 202")).length, 3);
});

toolTest({
  name: "docker-registry, plain: an upload that was cut begins anew in another session",
  needs,
}, async () => {
  await using registry = await startDockerRegistry();
  const { host } = registry;
  const cacheDirectory = await Deno.makeTempDir();
  const big = someBytes(12 * MIB);
  const blob = {
    descriptor: { digest: digestOf(big), size: big.length },
    open: opening(big),
    purpose: { action: "push", subject: "bot" },
  } as const;
  const reference = parseReference(`${host}/bot:1`);
  const reason = new Error("stop");
  for (const chunkSize of [undefined, 5 * MIB]) {
    await withClient({ host, cacheDirectory }, async (client) => {
      const stop = new AbortController();
      const onSent = (sent: number) => void (sent > 7 * MIB && stop.abort(reason));
      await assert.rejects(
        client.pushBlob(reference, { ...blob, chunkSize, signal: stop.signal, onSent }),
        reason,
      );
    });
    assert.equal((await uploadFiles(cacheDirectory)).length, 1);
  }
  await withClient({ host, cacheDirectory }, async (client) => {
    assert.equal(await client.pushBlob(reference, blob), "uploaded");
    const pulled = client.pullBlob(reference, { mediaType: MEDIA_TYPES.layer, ...blob.descriptor });
    assert.deepEqual(await collect(pulled, big.length), big);
  });
  assert.deepEqual(await uploadFiles(cacheDirectory), []);
  await Deno.remove(cacheDirectory, { recursive: true });
});

toolTest(
  { name: "docker-registry, with htpasswd: takes the password, and refuses another", needs },
  async () => {
    await using registry = await startDockerRegistry({ htpasswd: HTPASSWD });
    const { host } = registry;
    await withClient({ host }, (client) => pushAndPull(client, host));
    await withClient({ host, password: "hunter3" }, async (client) => {
      await assert.rejects(
        client.pushImage(imageOf(LAYERS), [parseReference(`${host}/acme/bot:2`)]),
        (error: Failure) => {
          assert.equal(error.id, "base/registry-denied");
          assert.match(
            error.message,
            /^failed to push "localhost:\d+\/acme\/bot:2": registry localhost:\d+ answered 401 .*; the credentials of --password-stdin were refused, correct them$/,
          );
          return true;
        },
      );
    });
  },
);

toolTest({
  name: "docker-registry, over TLS: trusts a private authority when told to",
  needs: withCertificates,
}, async () => {
  await using certificates = await makeCertificates();
  await using registry = await startDockerRegistry({ tls: certificates.server });
  const { host, port } = registry;
  const caCertificateFiles = [certificates.authority];
  await withClient({ host, caCertificateFiles }, (client) => pushAndPull(client, host));
  await withClient({ host, insecureHosts: [host] }, (client) => pushAndPull(client, host));
  await withClient({ host }, async (client) => {
    await assert.rejects(
      client.pullImage(parseReference(`${host}/acme/bot:1`)),
      (error: Failure) =>
        error.id === "base/registry-connection" && error.message.includes("--ca-cert"),
    );
  });
  await using proxy = await connectProxy({ credentials: "me:p@ss", target: port });
  const environment = { HTTPS_PROXY: `http://me:p%40ss@${proxy.host}` };
  const behind = `registry.test:${port}`;
  await withClient(
    { host: behind, caCertificateFiles, environment },
    (client) => pushAndPull(client, behind),
  );
  assert.ok(proxy.asked.every((asked) => asked === `CONNECT ${behind}`));
});

/** A registry with tokens, and the server that gives them out. */
async function withTokenRegistry(
  work: (scene: {
    readonly host: string;
    readonly certificates: Certificates;
    readonly tokens: Awaited<ReturnType<typeof serveTokens>>;
  }) => Promise<void>,
): Promise<void> {
  await using certificates = await makeCertificates();
  const { server, authority } = certificates;
  await using tokens = await serveTokens({
    basic: `${USERNAME}:${PASSWORD}`,
    signer: {
      cert: await Deno.readTextFile(server.cert),
      key: await Deno.readTextFile(server.key),
    },
  });
  await using registry = await startDockerRegistry({ tokens: { realm: tokens.realm, authority } });
  await work({ host: registry.host, certificates, tokens });
}

toolTest({
  name: "docker-registry, with tokens: gets them for what it does",
  needs: withCertificates,
}, async () => {
  await withTokenRegistry(async ({ host, tokens }) => {
    await withClient({ host }, (client) => pushAndPull(client, host));
    const scopes = new Set(tokens.asked.flatMap(({ parameters }) => parameters.getAll("scope")));
    assert.deepEqual([...scopes].toSorted(), [
      "repository:acme/bot:pull",
      "repository:acme/bot:pull,push",
    ]);
    await withClient({ host, password: "hunter3" }, async (client) => {
      await assert.rejects(
        client.pullImage(parseReference(`${host}/acme/bot:1`)),
        (error: Failure) => error.id === "base/registry-denied",
      );
    });
  });
});

toolTest({
  name: "docker-registry: skopeo finds there what was pushed",
  needs: ["docker-registry", "skopeo"],
}, async () => {
  await using registry = await startDockerRegistry();
  const { host } = registry;
  const image = imageOf(LAYERS);
  await withClient(
    { host },
    (client) => client.pushImage(image, [parseReference(`${host}/bot:1`)]),
  );
  const { stdout, success } = await new Deno.Command("skopeo", {
    args: ["inspect", "--raw", "--tls-verify=false", `docker://${host}/bot:1`],
  }).output();
  assert.ok(success);
  assert.deepEqual(stdout, image.manifest.bytes);
});
