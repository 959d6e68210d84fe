/** Parts of a package URL. */
export interface PurlParts {
  readonly type: string;
  /** With `/` between its parts. */
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  /** Those without a value are left out. */
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
}

/**
 * A package URL in its canonical form.
 * Source: https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function purlOf({ type, namespace, name, version, qualifiers = {} }: PurlParts): string {
  const path = [...namespace?.split("/").filter(Boolean) ?? [], name].map(encode).join("/");
  const pairs = Object.entries(qualifiers)
    .filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "")
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, value]) => `${key}=${encode(value).replaceAll("%2F", "/")}`);
  return `pkg:${type}/${path}${version ? `@${encode(version)}` : ""}` +
    (pairs.length === 0 ? "" : `?${pairs.join("&")}`);
}

/** As `encodeURIComponent`, but the colon stays and what is reserved elsewhere does not. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":")
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Names of PyPI are the same in either case, and with `_` as with `-`. */
export function pypiPurl(
  { name, version, origin }: {
    readonly name: string;
    readonly version: string;
    readonly origin?: {
      readonly url: string;
      readonly vcs?: { readonly kind: string; readonly commit: string };
      readonly sha256?: string;
    };
  },
): string {
  const isRemote = origin !== undefined && !origin.url.startsWith("file:");
  const { vcs } = origin ?? {};
  return purlOf({
    type: "pypi",
    name: name.toLowerCase().replaceAll("_", "-"),
    version,
    qualifiers: !isRemote
      ? {}
      : vcs !== undefined
      ? { vcs_url: `${vcs.kind}+${origin.url}@${vcs.commit}` }
      : {
        download_url: origin.url,
        checksum: origin.sha256 && `sha256:${origin.sha256}`,
      },
  });
}

/** A package of conda; `channel` is its short name. */
export function condaPurl(
  { name, version, build, channel, subdir, url }: {
    readonly name: string;
    readonly version: string;
    readonly build?: string;
    readonly channel?: string;
    readonly subdir?: string;
    readonly url?: string;
  },
): string {
  const kind = /\.(tar\.bz2|conda)$/.exec(url ?? "")?.[1];
  return purlOf({
    type: "conda",
    name: name.toLowerCase(),
    version,
    qualifiers: { build, channel, subdir, type: kind },
  });
}

/** A package of a distribution, such as `debian` in version `12`. */
export function systemPurl(
  { kind, name, version, architecture, source, release }: {
    readonly kind: "deb" | "apk";
    readonly name: string;
    readonly version: string;
    readonly architecture?: string;
    readonly source?: { readonly name: string; readonly version?: string };
    readonly release?: { readonly id: string; readonly version: string };
  },
): string {
  const upstream = source && source.name + (source.version ? `@${source.version}` : "");
  return purlOf({
    type: kind,
    namespace: release?.id ?? (kind === "apk" ? "alpine" : "debian"),
    name: name.toLowerCase(),
    version,
    qualifiers: {
      arch: architecture,
      distro: release && [release.id, release.version].filter(Boolean).join("-"),
      upstream,
    },
  });
}

/** An image by its digest. @param reference Without tag and digest. */
export function ociPurl(repository: string, digest: string, tag?: string): string {
  return purlOf({
    type: "oci",
    name: repository.split("/").at(-1)!.toLowerCase(),
    version: digest,
    qualifiers: { repository_url: repository, tag },
  });
}
