import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { Failure } from "../../src/failure/mod.ts";
import { createHttpClient, Secret } from "../../src/http/mod.ts";
import { parseReference } from "../../src/oci/mod.ts";
import { createCredentials, createRegistryClient } from "../../src/registry/mod.ts";
import type { Credentials } from "../../src/registry/credential.ts";
import { TestClock } from "../support/clock.ts";
import { serveHttp } from "../support/loopback.ts";
import { imageOf, someBytes } from "../support/registry_scene.ts";

export interface Row {
  readonly name: string;
  /** What the token server does. */
  readonly answer: (response: ServerResponse) => unknown;
  readonly id: Failure["id"];
  readonly credentials?: Credentials;
}

const status = (code: number, body = "") => (response: ServerResponse) =>
  response.writeHead(code, { "content-type": "text/html" }).end(body);

export const WRONG_PASSWORD: Credentials = {
  find: () =>
    Promise.resolve({
      credential: { source: "x", username: "me", kind: "password", secret: new Secret("wrong") },
      notes: [],
    }),
};
const NONE = createCredentials({ environment: {} });

export const TOKEN_FAULTS: readonly Row[] = [
  { name: "a wrong password", answer: status(401), id: "base/registry-denied" },
  { name: "none", answer: status(401), id: "base/registry-denied", credentials: NONE },
  { name: "403", answer: status(403), id: "base/registry-denied" },
  { name: "500", answer: status(500), id: "base/registry-busy" },
  { name: "an HTML page of 500", answer: status(500, "<html>"), id: "base/registry-busy" },
  { name: "an HTML page", answer: status(200, "<html>"), id: "base/registry-answer" },
  { name: "no token", answer: status(200, "{}"), id: "base/registry-answer" },
  {
    name: "a broken connection",
    answer: (response) => response.socket?.destroy(),
    id: "base/registry-connection",
  },
];

export const IMAGE = imageOf([1, 2, 3, 4, 5, 6].map((n) => someBytes(n * 1000)));

/** Lets a push meet a token server that gives no token: it fails once, and nothing else happens. */
export async function meetTokenFault(
  { answer, id, credentials = WRONG_PASSWORD }: Row,
): Promise<void> {
  // The first 401 leads to the token server, the others come when that refuses: what they have
  // begun to read is aborted then.
  let asked = 0;
  const waiting: (() => void)[] = [];
  await using registry = await serveHttp((request, response) => {
    const refuse = () =>
      void response.writeHead(401, {
        "www-authenticate": `Bearer realm="http://${request.headers.host}/token",service="x"`,
        "content-length": "87",
      }).end(request.method === "HEAD" ? undefined : "x".repeat(87));
    if (!request.url!.startsWith("/token")) {
      if (asked++ === 0) refuse();
      else waiting.push(refuse);
      return;
    }
    for (const refuse of waiting.splice(0)) refuse();
    answer(response);
  });
  using http = createHttpClient({ clock: new TestClock() });
  const client = createRegistryClient({ http, credentials });
  const pushing = client.pushImage(IMAGE, [parseReference(`${registry.host}/bot:1`)]);
  await assert.rejects(pushing, (error: Failure) => error.id === id);
}
