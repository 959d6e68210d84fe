/** Documents about an image, attached to it in registries of all kinds. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { startDockerRegistry } from "../support/docker_registry.ts";
import { type RobotScene, robotScene } from "../support/robot_scene.ts";
import { type Tool, toolTest } from "../support/tools.ts";

const needs: readonly Tool[] = ["apt", "cc", "docker-registry"];
const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

interface Listed {
  readonly digest: string;
  readonly artifactType?: string;
  readonly mark?: string;
}

async function push(scene: RobotScene, host: string): Promise<string> {
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "-t", `${host}/acme/bot:1`, "--push"],
    ...["--insecure-registry", host, "--digest-file", "digest"],
    ...["--sbom", "bot.spdx.json", "--sbom", "bot.cdx.json", "--provenance", "bot.intoto.json"],
  ], { cwd: scene.folder, env: { SOURCE_DATE_EPOCH: "1700000000" } });
  assert.equal(code, 0, stderr);
  return stderr;
}

async function digestOf(scene: RobotScene): Promise<string> {
  return await Deno.readTextFile(join(scene.folder, "digest"));
}

async function getJson(host: string, path: string) {
  const answer = await fetch(`http://${host}/v2/acme/bot/${path}`, {
    headers: { accept: `${INDEX}, ${MANIFEST}` },
  });
  assert.equal(answer.status, 200, path);
  return await answer.json();
}

type Put = () => Promise<Response>;

interface Behaviour {
  /** What becomes of a manifest that has a subject. */
  readonly onReferrer?: (put: Put) => Promise<Response>;
  /** And of a list of them. @param again Writes another list in its place. */
  readonly onList?: (put: Put, again: (body: string) => Promise<unknown>) => Promise<Response>;
}

/** Stands before a registry, and treats documents about images as another registry would. */
function relayTo(host: string, { onReferrer, onList }: Behaviour) {
  const paths: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    paths.push(`${method} ${pathname}`);
    const bytes = request.body === null ? null : await request.bytes();
    const send = (body: BodyInit | null) => {
      const own = new Headers(headers);
      for (const name of ["host", "content-length"]) own.delete(name);
      const url = `http://${host}${pathname}${search}`;
      return fetch(url, { method, headers: own, body, redirect: "manual" });
    };
    const put = () => send(bytes);
    if (method !== "PUT" || !pathname.includes("/manifests/")) return await put();
    if (headers.get("content-type") === INDEX && onList !== undefined) {
      return await onList(put, (body) => send(body).then((answer) => answer.body?.cancel()));
    }
    const isReferrer = new TextDecoder().decode(bytes!).includes('"subject"');
    return await (isReferrer ? onReferrer?.(put) : undefined) ?? await put();
  });
  return {
    host: `localhost:${server.addr.port}`,
    paths,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

toolTest({
  name: "where a registry lists no referrers, SBOM and provenance stand under the image's own tag",
  needs,
}, async () => {
  await using registry = await startDockerRegistry();
  await using scene = await robotScene();
  const { host } = registry;
  await push(scene, host);
  const digest = await digestOf(scene);
  const tag = digest.replace(":", "-");
  const { manifests }: { manifests: readonly Listed[] } = await getJson(host, `manifests/${tag}`);
  assert.deepEqual(manifests.map(({ artifactType }) => artifactType), [
    "application/spdx+json",
    "application/vnd.cyclonedx+json",
    "application/vnd.in-toto+json",
  ]);
  for (const [i, file] of ["bot.spdx.json", "bot.cdx.json", "bot.intoto.json"].entries()) {
    const artifact = await getJson(host, `manifests/${manifests[i]!.digest}`);
    assert.equal(artifact.subject.digest, digest);
    assert.equal(artifact.artifactType, manifests[i]!.artifactType);
    assert.equal(artifact.config.mediaType, "application/vnd.oci.empty.v1+json");
    const blob = await fetch(`http://${host}/v2/acme/bot/blobs/${artifact.layers[0].digest}`);
    assert.equal(await blob.text(), await Deno.readTextFile(join(scene.folder, file)));
  }

  // Another's entry stays as it is, fields that nobody knows too; ours is not added twice.
  const other = { mediaType: MANIFEST, size: 2, digest: manifests[0]!.digest, mark: "theirs" };
  const theirs = { schemaVersion: 2, mediaType: INDEX, manifests: [other], mark: "theirs" };
  const written = await fetch(`http://${host}/v2/acme/bot/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": INDEX },
    body: JSON.stringify(theirs),
  });
  assert.equal(written.status, 201);
  await push(scene, host);
  const again: { manifests: readonly Listed[]; mark: string } = await getJson(
    host,
    `manifests/${tag}`,
  );
  assert.equal(again.mark, "theirs");
  assert.deepEqual(again.manifests[0], other);
  assert.deepEqual(again.manifests.slice(1), manifests.slice(1));
});

toolTest({
  name: "an entry that another writer has dropped meanwhile is added again",
  needs,
}, async () => {
  await using registry = await startDockerRegistry();
  await using scene = await robotScene();
  await push(scene, registry.host);
  const tag = (await digestOf(scene)).replace(":", "-");
  const empty = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
  let written = 0;
  // Whoever read the list before us writes it right after us, once.
  await using dropping = relayTo(registry.host, {
    async onList(put, again) {
      const answer = await put();
      if (written++ === 0) await again(empty);
      return answer;
    },
  });
  await fetch(`http://${registry.host}/v2/acme/bot/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": INDEX },
    body: empty,
  });
  await push(scene, dropping.host);
  const { manifests }: { manifests: readonly Listed[] } = await getJson(
    registry.host,
    `manifests/${tag}`,
  );
  assert.equal(manifests.length, 3);
  assert.ok(written > 3, `${written}`);
});

toolTest(
  { name: "where a registry lists referrers itself, no tag is written", needs },
  async () => {
    await using registry = await startDockerRegistry();
    await using scene = await robotScene();
    await using relay = relayTo(registry.host, {
      async onReferrer(put) {
        const answer = await put();
        const headers = new Headers(answer.headers);
        headers.set("oci-subject", "sha256:it-says-so");
        return new Response(answer.body, { status: answer.status, headers });
      },
    });
    await push(scene, relay.host);
    const tag = (await digestOf(scene)).replace(":", "-");
    assert.deepEqual(relay.paths.filter((path) => path.endsWith(tag)), []);
    assert.equal(
      relay.paths.filter((path) => path.startsWith("PUT /v2/acme/bot/manifests/")).length,
      4,
    );
  },
);

toolTest(
  { name: "a registry that refuses a document has the image all the same", needs },
  async () => {
    await using registry = await startDockerRegistry();
    await using scene = await robotScene();
    await using relay = relayTo(registry.host, {
      onReferrer: () =>
        Promise.resolve(Response.json({ errors: [{ code: "MANIFEST_INVALID" }] }, { status: 400 })),
    });
    const stderr = await push(scene, relay.host);
    const warnings = stderr.split("\n").filter((line) => line.includes("was not attached"));
    assert.equal(warnings.length, 3, stderr);
    assert.match(warnings[0]!, /^Warning: the SBOM was not attached: .*400 \(MANIFEST_INVALID\)/);
    await getJson(registry.host, "manifests/1");
  },
);
