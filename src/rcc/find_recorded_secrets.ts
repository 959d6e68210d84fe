import { Failure, messageOf } from "../failure/mod.ts";
import { openFileStream } from "../files/mod.ts";
import {
  type Catalog,
  type CatalogEntry,
  fileRecord,
  type Library,
  readBlob,
  walkCatalog,
} from "../holotree/mod.ts";
import type { RobotEntry, RobotFile } from "../robot/mod.ts";
import { GramIndex } from "./gram_index.ts";
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
  /** Where it is kept what the environment's records hold: they need not be read again then. */
  readonly kept?: KeptRecords | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A place for what JSON can hold, for one environment alone. */
export interface KeptRecords {
  read(): Promise<unknown>;
  write(value: unknown): Promise<void>;
}

/**
 * Searches what rcc and the package managers recorded in the environment, which its digests forbid
 * to edit, and all files of the robot.
 *
 * @throws {Failure} when a file of the environment is missing or damaged; what the system throws.
 */
export async function findRecordedSecrets(
  { environment, robotEntries, secrets, kept, signal }: RecordedSecretsOptions,
): Promise<readonly RecordedSecret[]> {
  const search = new SecretSearch(secrets);
  const found = environment === undefined
    ? []
    : await findInRecords(environment, { search, kept, signal });
  for (const entry of robotEntries) {
    signal?.throwIfAborted();
    if (entry.type !== "file") continue;
    const { path } = entry;
    const secrets = await findInFile(entry, search);
    found.push(...secrets.map((secret) => ({ place: "robot" as const, path, ...secret })));
  }
  return found;
}

async function findInFile(
  { path, absolute, content }: RobotFile,
  search: SecretSearch,
) {
  try {
    const chunks = content === undefined ? await openFileStream(absolute) : [content];
    return await search.find(chunks, { isRecord: false });
  } catch (cause) {
    // It was there when the robot's files were listed.
    throw new Failure(
      "robot/file",
      `failed to pack "${path}": ${messageOf(cause)}, build again when it no longer changes`,
      { cause },
    );
  }
}

interface RecordSearch extends Pick<RecordedSecretsOptions, "kept" | "signal"> {
  readonly search: SecretSearch;
}

async function findInRecords(
  { catalog, library }: NonNullable<RecordedSecretsOptions["environment"]>,
  { search, kept, signal }: RecordSearch,
): Promise<RecordedSecret[]> {
  const known = GramIndex.decode(await kept?.read());
  if (known !== undefined && !search.mayBeIn(known)) return [];
  const index = new GramIndex();
  const found: RecordedSecret[] = [];
  for (const { path, node } of records(catalog)) {
    signal?.throwIfAborted();
    const bytes = await readBlob(library, fileRecord(catalog, node), { limit: LARGEST_RECORD });
    if (kept !== undefined) index.add(bytes);
    const secrets = await search.find([bytes], { isRecord: true });
    found.push(...secrets.map((secret) => ({ place: "environment" as const, path, ...secret })));
  }
  // The index knows of no patterns: it stands for records that hold nothing that looks like a secret.
  if (found.every(({ isCertain }) => isCertain)) await kept?.write(index.encode());
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

function records(catalog: Catalog): Iterable<CatalogEntry> {
  return walkCatalog(catalog).filter(({ path, kind, symlink }) =>
    kind === "file" && symlink === undefined && RECORD.test(path)
  );
}
