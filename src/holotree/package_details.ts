import { basename, dirname } from "node:path/posix";
import type { Catalog } from "./catalog.ts";
import { nodePath } from "./catalog_tree.ts";
import type { Environment } from "./environment.ts";
import { fileRecord, findFile } from "./file_record.ts";
import { readBlob } from "./read_blob.ts";
import {
  asObject,
  type PackageOrigin,
  parseJson,
  parsePackageOrigin,
  parsePythonMetadata,
  withoutSecrets,
} from "./python_metadata.ts";
import { walkCatalog } from "./walk_catalog.ts";

export type { PackageOrigin } from "./python_metadata.ts";

/** All that an environment says of one of its packages. */
export interface PackageDetails {
  readonly manager: "pip" | "conda";
  /** As the package itself writes it. */
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  /** The file that says so, relative to the environment. */
  readonly record: string;
  /** What it says is its own, its own record among it: paths that need not be there. */
  readonly files: readonly string[];
  /** Of a Python package that is from no index. */
  readonly origin?: PackageOrigin;
  readonly conda?: CondaFacts;
}

/** What identifies a package of conda. */
export interface CondaFacts {
  readonly build?: string;
  /** Such as `conda-forge`, or the path of a channel on a host. */
  readonly channel?: string;
  readonly subdir?: string;
  /** Where it is from, without credentials. */
  readonly url?: string;
  readonly md5?: string;
  readonly sha256?: string;
}

/** A folder of packages that Python looks into; what a package vendors is that package's own. */
const PYTHON_RECORD =
  /(?:^|\/)(?:site|dist)-packages\/[^/]+\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/;
const CONDA_RECORD = /^conda-meta\/[^/]+\.json$/;

/** Reads what the packages of an environment say of themselves, in the order of their files. */
export async function readPackageDetails(
  environment: Pick<Environment, "catalog" | "library" | "packages">,
): Promise<readonly PackageDetails[]> {
  const { catalog, library } = environment;
  const { packages: recorded } = await environment.packages();
  const installed = new Map(recorded.map((one) => [one.record, one.files]));
  const read = async (path: string): Promise<string | undefined> => {
    const record = findFile(catalog, path);
    if (record === undefined) return undefined;
    const bytes = await readBlob(library, record).catch(() => undefined); // Packing it says why.
    return bytes && new TextDecoder().decode(bytes);
  };
  const packages: PackageDetails[] = [];
  for (const path of recordPaths(catalog)) {
    const text = await read(path);
    if (text === undefined) continue;
    const details = CONDA_RECORD.test(path)
      ? condaDetails(path, text)
      : await pythonDetails(path, text, read);
    if (details === undefined) continue;
    const { files = [], ...own } = details;
    const listed = installed.get(details.manager === "conda" ? path : recordBeside(path)) ?? [];
    packages.push({ ...own, files: [...listed, ...files, path] });
  }
  return packages;
}

function* recordPaths(catalog: Catalog): Generator<string> {
  for (const { node, kind, symlink } of walkCatalog(catalog)) {
    if (kind !== "file" || symlink !== undefined) continue;
    const { name } = fileRecord(catalog, node);
    if (!/^(?:METADATA|PKG-INFO)$|\.(?:egg-info|json)$/.test(name)) continue;
    const path = nodePath(catalog.tree, node);
    if (PYTHON_RECORD.test(path) || CONDA_RECORD.test(path)) yield path;
  }
}

function recordBeside(path: string): string {
  return `${dirname(path)}/RECORD`;
}

type Draft = Omit<PackageDetails, "files"> & { readonly files?: readonly string[] };

async function pythonDetails(
  record: string,
  text: string,
  read: (path: string) => Promise<string | undefined>,
): Promise<Draft | undefined> {
  const metadata = parsePythonMetadata(text);
  if (metadata === undefined) return undefined;
  const folder = dirname(record);
  const direct = basename(record) === "METADATA" && await read(`${folder}/direct_url.json`);
  const origin = direct ? parsePackageOrigin(direct) : undefined;
  return { manager: "pip", ...metadata, record, ...(origin === undefined ? {} : { origin }) };
}

function condaDetails(record: string, text: string): Draft | undefined {
  const fields = asObject(parseJson(text));
  const textOf = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [name, version] = [textOf("name"), textOf("version")];
  if (name === undefined || version === undefined) return undefined;
  const license = textOf("license");
  const address = textOf("url");
  const facts = {
    build: textOf("build") ?? textOf("build_string"),
    channel: channelName(textOf("channel")),
    subdir: textOf("subdir"),
    url: address !== undefined && URL.canParse(address) ? withoutSecrets(address) : undefined,
    md5: hexOf(textOf("md5"), 32),
    sha256: hexOf(textOf("sha256"), 64),
  };
  const conda = Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as CondaFacts;
  return { manager: "conda", name, version, record, conda, ...(license && { license }) };
}

/** `https://conda.anaconda.org/conda-forge/linux-64` is `conda-forge`. */
function channelName(channel: string | undefined): string | undefined {
  if (channel === undefined || !URL.canParse(channel)) return channel;
  const { pathname } = new URL(withoutSecrets(channel));
  return pathname.replace(/\/(?:noarch|[a-z]+-[a-z0-9]+)\/?$/, "").replace(/^\/|\/$/g, "");
}

function hexOf(text: string | undefined, digits: number): string | undefined {
  return text?.length === digits && /^[0-9a-f]+$/.test(text) ? text : undefined;
}
