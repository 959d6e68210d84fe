import { posix } from "node:path";

/** Where a RECORD's paths are from. */
export interface RecordPlace {
  /** The folder that `*.dist-info` is in, relative to the environment. */
  readonly folder: string;
  /** The absolute path of the environment where it was built. */
  readonly root: string;
}

/**
 * The files that a wheel's RECORD lists, relative to the environment; none outside of it. Bytecode is
 * passed over: RCC records none.
 * Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function* recordedFiles(record: string, { folder, root }: RecordPlace): Generator<string> {
  for (let start = 0; start < record.length;) {
    const newline = record.indexOf("\n", start);
    const end = newline < 0 ? record.length : newline;
    const path = firstField(record, start, end);
    start = end + 1;
    if (path === "" || path.endsWith(".pyc")) continue;
    if (path.startsWith("/")) {
      if (path.startsWith(`${root}/`)) yield path.slice(root.length + 1);
    } else if (path.startsWith("..") || path.includes("/.")) {
      const joined = posix.join(folder, path);
      if (!joined.startsWith("..")) yield joined;
    } else {
      yield folder === "" ? path : `${folder}/${path}`;
    }
  }
}

/** Of a row of CSV. */
function firstField(text: string, start: number, end: number): string {
  if (text[start] !== '"') {
    const comma = text.indexOf(",", start);
    return text.slice(start, comma < 0 || comma > end ? end : comma).replace(/\r$/, "");
  }
  const quoted = /"((?:[^"]|"")*)"/y;
  quoted.lastIndex = start;
  return quoted.exec(text)?.[1]?.replaceAll('""', '"') ?? "";
}

/**
 * The name of a distribution by its folder `<name>-<version>.dist-info`, normalised.
 * Source: https://peps.python.org/pep-0503/#normalized-names
 */
export function distributionName(folder: string): string {
  return normalizeName(folder.replace(/(?:-[^-]*)?\.dist-info$/, ""));
}

export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
