/** A token server that gives no token ends a push with one failure, and nothing besides. */
import assert from "node:assert/strict";
import type { Failure } from "../../src/failure/mod.ts";
import { createHttpClient } from "../../src/http/mod.ts";
import { parseReference } from "../../src/oci/mod.ts";
import { createRegistryClient } from "../../src/registry/mod.ts";
import { TestClock } from "../support/clock.ts";
import { serveHttp } from "../support/loopback.ts";
import { IMAGE, meetTokenFault, TOKEN_FAULTS, WRONG_PASSWORD } from "./token_faults.ts";

for (const row of TOKEN_FAULTS) {
  Deno.test(`a push fails once where the token server answers with ${row.name}`, () =>
    meetTokenFault(row));
}

Deno.test("a push fails once where the token server is down", async () => {
  const gone = await serveHttp(() => {});
  await gone[Symbol.asyncDispose]();
  await using registry = await serveHttp((_request, response) =>
    void response.writeHead(401, { "www-authenticate": `Bearer realm="${gone.url}token"` }).end()
  );
  using http = createHttpClient({ clock: new TestClock() });
  const client = createRegistryClient({ http, credentials: WRONG_PASSWORD });
  await assert.rejects(
    client.pushImage(IMAGE, [parseReference(`${registry.host}/bot:1`)]),
    (error: Failure) => error.id === "base/registry-connection",
  );
});
