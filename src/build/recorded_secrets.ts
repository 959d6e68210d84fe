import { throwFailures } from "../failure/mod.ts";
import { afterRecording, type Environment } from "../holotree/mod.ts";
import {
  findRecordedSecrets,
  hostSecrets,
  type KeptRecords,
  readNetrc,
  recordedSecretFailures,
  recordedSecretWarnings,
} from "../rcc/mod.ts";
import type { RobotListing } from "../robot/mod.ts";
import { catalogKey, type FactCache } from "./catalog_facts.ts";
import type { Context } from "./session.ts";
import { recordingNotice } from "./recording_notice.ts";
import type { EnvironmentRequest } from "./request.ts";

/** What would go into the image. */
export interface Recorded {
  readonly environment: Environment | undefined;
  readonly listing: RobotListing;
}

/** Options of {@linkcode refuseRecordedSecrets}. */
export interface RefuseSecretsOptions {
  readonly request: Pick<EnvironmentRequest, "allowRecordedSecrets">;
  readonly context: Pick<Context, "env" | "hostOs" | "signal" | "reporter">;
  readonly cache: FactCache;
}

/**
 * What was recorded with the environment cannot be edited, and the image shows it to all. What only
 * looks like a secret in the robot's own files is warned about.
 *
 * @throws {Failure} or {Failures} naming each file and what is in it, never the value.
 */
export async function refuseRecordedSecrets(
  { environment, listing }: Recorded,
  { request, context: { env, hostOs, signal, reporter }, cache }: RefuseSecretsOptions,
): Promise<void> {
  if (request.allowRecordedSecrets) return;
  const secrets = hostSecrets(env, { netrc: await readNetrc({ env, hostOs }) });
  const { entries: robotEntries } = listing;
  const kept = environment && keptRecords(environment, cache);
  const search = () => findRecordedSecrets({ environment, robotEntries, secrets, kept, signal });
  const found = environment === undefined ? await search() : await afterRecording(
    environment.library.path,
    search,
    { signal, onRecording: recordingNotice(reporter) },
  );
  for (const warning of recordedSecretWarnings(found)) reporter.warn(warning);
  throwFailures(recordedSecretFailures(found));
}

/** Another way to find records, or to keep what is in them, gets another kind. */
const FACTS = "records-2";

function keptRecords({ catalogFile }: Environment, cache: FactCache): KeptRecords {
  const key = catalogKey(catalogFile);
  return {
    read: () => cache.readFact(FACTS, key),
    // What cannot be kept is found again; whether there is room is checked by itself.
    write: (value) => cache.writeFact(FACTS, key, value).catch(() => {}),
  };
}
