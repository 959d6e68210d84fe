import { openFileStream } from "../files/mod.ts";
import {
  type Catalog,
  type CatalogFile,
  type Library,
  readBlob,
  walkCatalog,
} from "../holotree/mod.ts";
import type { RobotEntry } from "../robot/mod.ts";
import type { HostSecret } from "./host_secrets.ts";
import type { RecordedSecret } from "./recorded_secret.ts";
import { SecretSearch } from "./secret_search.ts";

/** Options of {@linkcode findRecordedSecrets}. */
export interface RecordedSecretsOptions {
  /** None for a shell robot. */
  readonly environment?:
    | { readonly catalog: Catalog; readonly library: Pick<Library, "locate" | "path"> }
    | undefined;
  /** What of the robot goes into the image. */
  readonly robotEntries: readonly RobotEntry[];
  readonly secrets: readonly HostSecret[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Searches what rcc and the package managers recorded in the environment, which its digests forbid
 * to edit, and all files of the robot.
 *
 * @throws {Failure} when a file of the environment is missing or damaged; what the system throws.
 */
export async function findRecordedSecrets(
  { environment, robotEntries, secrets, signal }: RecordedSecretsOptions,
): Promise<readonly RecordedSecret[]> {
  const search = new SecretSearch(secrets);
  const found: RecordedSecret[] = [];
  const add = (place: RecordedSecret["place"], path: string, kinds: readonly string[]) =>
    found.push(...kinds.map((kind) => ({ place, path, kind })));
  for (const { path, file } of environment === undefined ? [] : records(environment.catalog)) {
    signal?.throwIfAborted();
    const bytes = await readBlob(environment!.library, file, { limit: LARGEST_RECORD });
    add("environment", path, await search.find([bytes]));
  }
  for (const entry of robotEntries) {
    signal?.throwIfAborted();
    if (entry.type !== "file") continue;
    const { path, absolute, content } = entry;
    const chunks = content === undefined ? await openFileStream(absolute) : [content];
    add("robot", path, await search.find(chunks));
  }
  return found;
}

/** In bytes. The plan of the largest environments has a few MB. */
const LARGEST_RECORD = 512 * 1024 * 1024;

/**
 * What is written while an environment is made, and not unpacked from a package: rcc_plan.log,
 * identity.yaml and the like at its root, conda's records, and pip's of direct references.
 * https://packaging.python.org/en/latest/specifications/direct-url/
 */
const RECORD =
  /^(?:[^/]+\.(?:log|ya?ml|json|txt)|conda-meta\/.+|(?:.+\/)?direct_url\.json|(?:.+\/)?pip\.conf)$/;

function* records(catalog: Catalog): Generator<{ path: string; file: CatalogFile }> {
  for (const { path, node } of walkCatalog(catalog)) {
    if (node.kind === "file" && node.symlink === undefined && RECORD.test(path)) {
      yield { path, file: node };
    }
  }
}
