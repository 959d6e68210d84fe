import assert from "node:assert/strict";
import { createHttpClient } from "../../src/http/mod.ts";
import { type Digest, digestOf, parseReference } from "../../src/oci/mod.ts";
import { createRegistryClient } from "../../src/registry/mod.ts";
import { referrersTag } from "../../src/registry/push_referrer.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const SUBJECT = digestOf(new TextEncoder().encode("an image"));

function listOf(artifactType: string): string {
  const digest = digestOf(new TextEncoder().encode(artifactType));
  const manifest = "application/vnd.oci.image.manifest.v1+json";
  const manifests = [{ mediaType: manifest, digest, size: 1, artifactType }];
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
}

/** Asks a registry that answers with these lists, by the ends of their paths. */
async function findIn(lists: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    ({ url }) => {
      const list = Object.entries(lists).find(([end]) => new URL(url).pathname.endsWith(end));
      return list === undefined
        ? new Response("404 page not found", { status: 404 })
        : new Response(list[1], { headers: { "content-type": INDEX } });
    },
  );
  const host = `localhost:${server.addr.port}`;
  using http = createHttpClient({ tries: 1, insecureHosts: [host] });
  const client = createRegistryClient({ http });
  const found = await client.findReferrers(parseReference(`${host}/acme/bot`), SUBJECT);
  return found.map(({ artifactType }) => artifactType);
}

const listed = (digest: Digest) => `/v2/acme/bot/referrers/${digest}`;
const tagged = (digest: Digest) => `/v2/acme/bot/manifests/${referrersTag(digest)}`;

Deno.test("findReferrers() takes what the registry lists", async () => {
  const lists = { [listed(SUBJECT)]: listOf("a/listed"), [tagged(SUBJECT)]: listOf("a/tagged") };
  assert.deepEqual(await findIn(lists), ["a/listed"]);
});

Deno.test("findReferrers() takes the list under the tag where the registry has no other", async () => {
  assert.deepEqual(await findIn({ [tagged(SUBJECT)]: listOf("a/tagged") }), ["a/tagged"]);
});

Deno.test("findReferrers() finds nothing where there is no list", async () => {
  assert.deepEqual(await findIn({}), []);
});
