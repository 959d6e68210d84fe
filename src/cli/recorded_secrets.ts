import { throwFailures } from "../failure/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import { findRecordedSecrets, hostSecrets, readNetrc, recordedSecretFailures } from "../rcc/mod.ts";
import type { RobotListing } from "../robot/mod.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";

/** What would go into the image. */
export interface Recorded {
  readonly environment: Environment | undefined;
  readonly listing: RobotListing;
}

/** Options of {@linkcode refuseRecordedSecrets}. */
export interface RefuseSecretsOptions {
  readonly options: Pick<BuildOptions, "allowRecordedSecrets">;
  readonly context: Pick<Context, "env" | "hostOs" | "signal">;
}

/**
 * What was recorded with the environment cannot be edited, and the image shows it to all.
 *
 * @throws {Failure} or {Failures} naming each file and what is in it, never the value.
 */
export async function refuseRecordedSecrets(
  { environment, listing }: Recorded,
  { options, context: { env, hostOs, signal } }: RefuseSecretsOptions,
): Promise<void> {
  if (options.allowRecordedSecrets) return;
  const secrets = hostSecrets(env, { netrc: await readNetrc({ env, hostOs }) });
  const { entries: robotEntries } = listing;
  const found = await findRecordedSecrets({ environment, robotEntries, secrets, signal });
  throwFailures(recordedSecretFailures(found));
}
