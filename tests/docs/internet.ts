import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { bundledProgram } from "../support/bundled.ts";
import { busyboxBase } from "../support/bases.ts";
import { makeCertificates } from "../support/certificates.ts";
import { type FaultyRegistry, serveRegistry } from "../support/faulty_registry.ts";
import { serveHttps } from "../support/loopback.ts";
import { connectProxy } from "../support/proxies.ts";
import { putLayout } from "../support/put_layout.ts";

/** The hosts that the pages name, all of them one server of this machine. */
export interface Internet extends AsyncDisposable {
  /** The registry that every name leads to. */
  readonly registry: FaultyRegistry;
  /** What a program needs to know to get there. */
  readonly env: Readonly<Record<string, string>>;
}

const HOSTS = [
  "github.com",
  "release-assets.githubusercontent.com",
  "ghcr.io",
  "registry-1.docker.io",
  "mcr.microsoft.com",
  "registry.example.com",
];
const RELEASES = "/joshyorko/rcc-oci/releases/download/";

/** Hosts with this program's release, and with Debian as a base, behind a proxy. */
export async function internet(): Promise<Internet> {
  const stack = new AsyncDisposableStack();
  const certificates = stack.use(await makeCertificates(HOSTS));
  const registry = stack.use(await serveRegistry());
  await putLayout(registry, "library/debian:stable-slim", await busyboxBase());
  await putLayout(registry, "acme/bot:2", await busyboxBase()); // Pages compare it with another.
  const bundle = await readFile(await bundledProgram());
  const { cert, key } = certificates.server;
  const server = stack.use(
    await serveHttps((request, response) => {
      if (request.url!.startsWith(RELEASES)) {
        const location = "https://release-assets.githubusercontent.com/asset/rcc-oci.js";
        response.writeHead(302, { location }).end();
      } else if (request.url!.startsWith("/asset/")) {
        response.writeHead(200, { "content-type": "application/octet-stream" }).end(bundle);
      } else {
        const { method = "GET", url = "/", headers } = request;
        const options = { method, headers, agent: false };
        const passed = httpRequest(new URL(url, registry.url), options, (answer) => {
          response.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(response);
        });
        passed.on("error", () => response.destroy());
        request.pipe(passed);
      }
    }, { cert: await readFile(cert), key: await readFile(key) }),
  );
  const proxy = stack.use(await connectProxy({ target: server.port }));
  return {
    registry,
    env: {
      HTTPS_PROXY: `http://${proxy.host}`,
      SSL_CERT_FILE: certificates.authority,
      DENO_CERT: certificates.authority,
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
