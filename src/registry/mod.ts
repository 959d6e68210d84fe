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
export type { OpenBlob } from "./blob_cursor.ts";
export { createRegistryClient, type RegistryClient, type RegistryClientOptions } from "./client.ts";
export {
  type ConnectionOptions,
  type ConnectOptions,
  connectRegistries,
  type Registries,
} from "./connect.ts";
export { ANONYMOUS, type Credential, type Credentials, type Found } from "./credential.ts";
export {
  createCredentials,
  credentialsFromEnvironment,
  type CredentialsOptions,
} from "./find_credentials.ts";
export type { RegistryOptions } from "./manifest_request.ts";
export { hostOf, type Mirror, parseMirror, type Place, placeOf, type Repository } from "./place.ts";
export type { PulledImage } from "./pull_image.ts";
export type { PulledManifest } from "./pull_manifest.ts";
export type { BlobToPush, PushBlobOptions, PushedBlob } from "./push_blob.ts";
export type { ImageToPush, PushedImage, PushImageOptions, PushProgress } from "./push_image.ts";
export { referrersTag, type ReferrerToPush } from "./push_referrer.ts";
export type { BlobSource } from "./registry_store.ts";
