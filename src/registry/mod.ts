/**
 * The distribution protocol: images pulled from registries and pushed to them, and the credentials
 * for it. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 *
 * ```ts
 * import { createHttpClient } from "../http/mod.ts";
 * import { parseReference } from "../oci/mod.ts";
 * import { createCredentials, createRegistryClient } from "./mod.ts";
 *
 * using http = createHttpClient({ tries: 1 });
 * const registry = createRegistryClient({ http, credentials: createCredentials({ environment: {} }) });
 * const message = await registry.pullImage(parseReference("127.0.0.1:1/bot:1")).then(
 *   (image) => image.descriptor.digest,
 *   (error: Error) => error.message,
 * );
 * console.assert(message.startsWith('failed to pull "127.0.0.1:1/bot:1": GET https://127.0.0.1:1/v2/'));
 * ```
 *
 * @module
 */

export { createRegistryClient, type RegistryClient } from "./client.ts";
export { type ConnectionOptions, connectRegistries, type Registries } from "./connect.ts";
export { createCredentials } from "./find_credentials.ts";
export { hostOf, type Mirror, parseMirror, type Repository } from "./place.ts";
export type { PushedBlob } from "./push_blob.ts";
export type { ImageToPush } from "./push_image.ts";
export type { RemoteBlobs } from "./registry_store.ts";
