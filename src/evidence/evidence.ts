/** What is known of an image that was built: the facts that all documents are made of. */
export interface Evidence {
  readonly image: EvidenceImage;
  /** RFC 3339. */
  readonly created: string;
  /** What made it. */
  readonly tool: { readonly name: string; readonly version: string };
  readonly base: EvidenceBase;
  readonly rcc: { readonly version?: string; readonly sha256: string };
  readonly robot: EvidenceRobot;
  /** None for a shell robot. */
  readonly environment?: EvidenceEnvironment;
  /** Lowest first, the base's among them. */
  readonly layers: readonly EvidenceLayer[];
}

export interface EvidenceImage {
  /** Its full references, at least one. */
  readonly references: readonly string[];
  /** Of its manifest: `sha256:` and hex digits. */
  readonly digest: string;
}

export interface EvidenceBase {
  readonly name: string;
  /** Of its manifest, where it has one. */
  readonly digest?: string;
  /** What `/etc/os-release` says. */
  readonly release?: { readonly id: string; readonly version: string };
  readonly packages: readonly EvidencePackage[];
  /** Databases of packages that are there and were not read. */
  readonly unread: readonly string[];
}

export interface EvidenceRobot {
  readonly name: string;
  /** Where its code is from, and the commit, as git says. */
  readonly url?: string;
  readonly revision?: string;
}

export interface EvidenceEnvironment {
  /** The hash of its blueprint. */
  readonly hash: string;
  /** The version of rcc that built it. */
  readonly rcc: string;
  /** Where it stands in the image. */
  readonly path: string;
  readonly packages: readonly EvidencePackage[];
  readonly files: readonly EvidenceFile[];
}

/** A package of PyPI, of conda or of the base's distribution. */
export interface EvidencePackage {
  readonly kind: "pypi" | "conda" | "deb" | "apk";
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** As the package states it. */
  readonly license?: string;
  /** The file that states all this; none where a database of many does. */
  readonly record?: string;
  /** Where its files were fetched from, without credentials, and what they had to be. */
  readonly download?: {
    readonly url?: string;
    readonly sha256?: string;
    readonly md5?: string;
  };
  /** The layers that have something of it, by their numbers, ascending. */
  readonly layers: readonly number[];
}

/** A file of the environment, as it stands in the image. */
export interface EvidenceFile {
  /** Relative to the environment. */
  readonly path: string;
  readonly sha256: string;
  /** The package that it belongs to, by its number; none for what no package lists. */
  readonly package?: number;
  readonly layer: number;
}

export interface EvidenceLayer {
  readonly digest: string;
  readonly diffId: string;
  readonly part: "base" | "runtime" | "environment" | "robot";
}
