/** A package of a Linux distribution, as its package manager records it. */
export interface SystemPackage {
  readonly manager: "dpkg" | "apk";
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  /** The source package that it was built of, where that has another name or version. */
  readonly source?: { readonly name: string; readonly version?: string };
  readonly license?: string;
}

/** Of which packages a base consists. */
export interface SystemPackages {
  /** In the order of their database. */
  readonly packages: readonly SystemPackage[];
  /** Databases that are there and were not read. */
  readonly unread: readonly "rpm"[];
}

export const NO_PACKAGES: SystemPackages = { packages: [], unread: [] };

/**
 * The packages of a dpkg database that are installed; one of distroless states no `Status`.
 * Source: https://man7.org/linux/man-pages/man1/dpkg-query.1.html
 */
export function parseDpkgStatus(text: string): readonly SystemPackage[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    const fields = fieldsOf(paragraph, /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$/);
    const name = fields.get("Package");
    const version = fields.get("Version");
    const status = fields.get("Status");
    if (!name || !version || status !== undefined && !/ installed$/.test(status)) return [];
    const [, source, sourceVersion] = /^(\S+)(?: \(([^)]*)\))?$/.exec(fields.get("Source") ?? "") ??
      [];
    return {
      manager: "dpkg" as const,
      name,
      version,
      ...optional("architecture", fields.get("Architecture")),
      ...(source === undefined
        ? {}
        : { source: { name: source, ...optional("version", sourceVersion) } }),
    };
  });
}

/** Source: https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2 */
export function parseApkInstalled(text: string): readonly SystemPackage[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    const fields = fieldsOf(paragraph, /^([A-Za-z]):(.*)$/);
    const name = fields.get("P");
    const version = fields.get("V");
    if (!name || !version) return [];
    const origin = fields.get("o");
    return {
      manager: "apk" as const,
      name,
      version,
      ...optional("architecture", fields.get("A")),
      ...(origin && origin !== name ? { source: { name: origin } } : {}),
      ...optional("license", fields.get("L")),
    };
  });
}

/** The first of each field of a paragraph. */
function fieldsOf(paragraph: string, line: RegExp): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const text of paragraph.split("\n")) {
    const [, name, value] = line.exec(text) ?? [];
    if (name !== undefined && !fields.has(name)) fields.set(name, value!.trim());
  }
  return fields;
}

function optional<Key extends string>(
  key: Key,
  value: string | undefined,
): { readonly [K in Key]?: string } {
  return value ? { [key]: value } as { [K in Key]: string } : {};
}
