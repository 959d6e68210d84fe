import { basename, dirname, join } from "node:path/posix";

/** A file that says which files a package has. */
export interface PackageRecord {
  readonly path: string;
  readonly kind: "conda" | "python";
  readonly chunks: readonly Uint8Array[];
}

/** Whether a path is that of a record; what else lies there is none. */
export function recordKind(path: string): PackageRecord["kind"] | undefined {
  if (/\/conda-meta\/[^/]+\.json$/.test(path)) return "conda";
  return /\/[^/]+\.dist-info\/RECORD$/.test(path) ? "python" : undefined;
}

/**
 * The package of each file, by its path: `requests 2.31.0`. What pip has put in the place of a file of
 * conda is pip's. Records that cannot be read say nothing.
 */
export function packageOwners(records: readonly PackageRecord[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const ordered = records.toSorted((a, b) => a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0);
  for (const { path, kind, chunks } of ordered) {
    const text = new TextDecoder().decode(joined(chunks));
    const { owner, files } = kind === "conda" ? readConda(path, text) : readPython(path, text);
    for (const file of files) owners.set(file, owner);
  }
  return owners;
}

interface Owned {
  readonly owner: string;
  readonly files: readonly string[];
}

/** https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html */
function readConda(path: string, text: string): Owned {
  const prefix = dirname(dirname(path));
  const owner = basename(path, ".json").replace(/-([^-]+)-[^-]+$/, " $1");
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    const names = Array.isArray(files) ? files.filter((file) => typeof file === "string") : [];
    return { owner, files: names.map((name) => join(prefix, name)) };
  } catch {
    return { owner, files: [] };
  }
}

/** https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file */
function readPython(path: string, text: string): Owned {
  const folder = dirname(path);
  const owner = basename(folder, ".dist-info").replace("-", " ");
  const names = text.split(/\r?\n/).flatMap((line) => {
    const [, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^,]+)),/.exec(line) ?? [];
    return quoted?.replaceAll('""', '"') ?? plain ?? [];
  });
  return { owner, files: names.map((name) => join(dirname(folder), name)) };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
