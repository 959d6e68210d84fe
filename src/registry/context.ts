import type { HttpClient } from "../http/mod.ts";
import type { AuthorizedRequests } from "./authorized.ts";
import type { BlobsSent } from "./blobs_sent.ts";
import type { Mirror } from "./place.ts";
import type { UploadStates } from "./upload_state.ts";

/** What all that a registry client does has in common. */
export interface RegistryContext {
  readonly http: HttpClient;
  readonly requests: AuthorizedRequests;
  readonly mirrors: readonly Mirror[];
  readonly uploads: UploadStates;
  readonly sent: BlobsSent;
}
