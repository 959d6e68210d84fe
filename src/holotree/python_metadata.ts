/** What the core metadata of a Python package says: `METADATA` or `PKG-INFO`. */
export interface PythonMetadata {
  readonly name: string;
  readonly version: string;
  /** An expression of SPDX, where it is one by PEP 639; else in its author's words. */
  readonly license?: string;
}

/** Where a package was installed from, when that was no index: PEP 610. */
export interface PackageOrigin {
  /** Without user, password and query. */
  readonly url: string;
  /** Of a repository. */
  readonly vcs?: { readonly kind: string; readonly commit: string };
  /** Of an archive, as hex digits. */
  readonly sha256?: string;
}

const MOST_LICENSE = 200;

/**
 * Reads the header of core metadata; `undefined` when it names no package.
 * Source: https://packaging.python.org/en/latest/specifications/core-metadata/
 */
export function parsePythonMetadata(text: string): PythonMetadata | undefined {
  const fields = readHeader(text);
  const [name] = fields.get("name") ?? [];
  const [version] = fields.get("version") ?? [];
  if (!name || !version) return undefined;
  const license = licenseOf(fields);
  return { name, version, ...(license === undefined ? {} : { license }) };
}

/** Fields by their names in lower case; a field may stand several times. */
function readHeader(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    if (line === "") break;
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) {
      // The folded rest of a field.
      if (last !== undefined && /^[ \t]/.test(line)) last[last.length - 1] += `\n${line.trim()}`;
      continue;
    }
    last = fields.getOrInsertComputed(name.toLowerCase(), () => []);
    last.push(value!);
  }
  return fields;
}

const CLASSIFIER = /^License :: (?:OSI Approved(?: :: )?)?(.*)$/;

/** The field may hold a whole license; then the classifiers, or its first line, say which it is. */
function licenseOf(fields: ReadonlyMap<string, readonly string[]>): string | undefined {
  const [expression] = fields.get("license-expression") ?? [];
  if (expression) return expression;
  const text = fields.get("license")?.[0]?.trim() ?? "";
  const isName = text !== "" && text.toUpperCase() !== "UNKNOWN" && !text.includes("\n");
  if (isName && text.length <= MOST_LICENSE) return text;
  const classified = (fields.get("classifier") ?? [])
    .flatMap((classifier) => CLASSIFIER.exec(classifier)?.[1] || []);
  if (classified.length > 0) return classified.join(", ");
  return text.split("\n")[0]!.slice(0, MOST_LICENSE) || undefined;
}

/** Reads `direct_url.json`. Source: https://packaging.python.org/en/latest/specifications/direct-url/ */
export function parsePackageOrigin(text: string): PackageOrigin | undefined {
  const { url, vcs_info: vcs, archive_info: archive } = asObject(parseJson(text));
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { vcs: kind, commit_id: commit } = asObject(vcs);
  const { hash, hashes } = asObject(archive);
  const sha256 = asObject(hashes).sha256 ?? (typeof hash === "string" ? hash : "")
    .replace(/^sha256=/, "");
  return {
    url: withoutSecrets(url),
    ...(typeof kind === "string" && typeof commit === "string" ? { vcs: { kind, commit } } : {}),
    ...(typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
  };
}

/** An address may hold credentials: in front of the host, in the query, or as conda's `/t/<token>`. */
export function withoutSecrets(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/^\/t\/[^/]+/, "");
  return url.href;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
