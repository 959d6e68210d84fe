import { Failure } from "../failure/mod.ts";

/** What the name of a catalog's file says. */
export interface CatalogName {
  /** The hash of the blueprint: 16 hex digits. */
  readonly hash: string;
  /** Of the catalog's format. */
  readonly version: number;
  /** Such as `linux_amd64`. */
  readonly platform: string;
}

const VERSION = 12;
const PLATFORM = "linux_amd64";

/** Reads a file name such as `95867f930bb13171v12.linux_amd64`. Nothing when it is no catalog's. */
export function parseCatalogName(fileName: string): CatalogName | undefined {
  const match = /^([0-9a-f]{16})v([0-9]{1,4})\.([a-z0-9]+_[a-z0-9]+)$/.exec(fileName);
  if (match === null) return undefined;
  return { hash: match[1]!, version: Number(match[2]), platform: match[3]! };
}

/** The file name of the catalog that an image can be made of. */
export function catalogFileName(hash: string): string {
  return `${hash}v${VERSION}.${PLATFORM}`;
}

/** Whether an image can be made of it. */
export function isSupported({ version, platform }: CatalogName): boolean {
  return version === VERSION && platform === PLATFORM;
}

/** Says what can be made into an image instead. */
export function unsupportedCatalog({ hash, version, platform }: CatalogName): Failure {
  return new Failure(
    "environment/catalog-unsupported",
    `failed to read catalog "${hash}": found format ${version} for ${platform}, expected format ` +
      `${VERSION} for ${PLATFORM}; resolve the environment with the RCC of today on that platform`,
  );
}
