/**
 * One client for every request, over node:http: proxies, CA certificates, redirects, time limits on
 * connecting and on silence, and further tries for what may pass. Facts of the machine are handed in.
 *
 * ```ts
 * import { createServer } from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { createHttpClient, readBody } from "./mod.ts";
 *
 * const server = createServer((_request, response) => response.end("hello"));
 * await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
 * const { port } = server.address() as AddressInfo;
 * {
 *   using http = createHttpClient();
 *   const response = await http.request(new URL(`http://127.0.0.1:${port}/`));
 *   console.assert(response.status === 200);
 *   console.assert((await readBody(response, 1024)).length === 5);
 * }
 * server.close();
 * ```
 *
 * @module
 */

export { createHttpClient, type HttpClient } from "./client.ts";
export { HttpError, type HttpErrorKind } from "./http_error.ts";
export {
  discardBody,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  readBody,
  unaskedEncoding,
} from "./message.ts";
export type { ProxyVariables } from "./proxy.ts";
export { Secret } from "./secret.ts";
