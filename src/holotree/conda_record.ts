import type { InstalledPackage } from "./installed_packages.ts";
import { normalizeName } from "./wheel_record.ts";

/** The package of a file `conda-meta/<name>-<version>-<build>.json`, if it is one. */
export function condaPackage(path: string, text: string): InstalledPackage | undefined {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof record !== "object" || record === null) return undefined;
  const { name, files } = record as { readonly name?: unknown; readonly files?: unknown };
  if (typeof name !== "string" || !Array.isArray(files)) return undefined;
  return {
    name: normalizeName(name),
    manager: "conda",
    files: files.filter((file) => typeof file === "string"),
    record: path,
  };
}
