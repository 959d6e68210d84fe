import { normalName } from "./dependency_name.ts";

/** https://packaging.python.org/en/latest/specifications/recording-installed-packages/ */
const PIP = /(?:^|\/)site-packages\/([^\/]+?)-[^\-\/]+\.dist-info\/METADATA$/;
/** Name, version and build: `conda-meta/pytesseract-0.3.13-pyhd8ed1ab_0.json`. */
const CONDA = /^conda-meta\/(.+)-[^\-\/]+-[^\-\/]+\.json$/;

/** The packages of an environment, in lower case with `-` between words, told by its files. */
export function installedPackages(paths: Iterable<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of paths) {
    const name = PIP.exec(path)?.[1] ?? CONDA.exec(path)?.[1];
    if (name !== undefined) names.add(normalName(name));
  }
  return names;
}
