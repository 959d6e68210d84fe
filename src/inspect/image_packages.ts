import { type BaseLayer, PackageDatabases, readContents } from "../base/mod.ts";
import { type ListedPackage, sortPackages } from "../evidence/mod.ts";
import type { BlobOptions, BlobStore } from "../oci/mod.ts";
import type { Inspection } from "./inspection.ts";

const PYTHON =
  /(?:^|\/)(?:site|dist)-packages\/([^/]+?)-([^/-]+)(?:-py[0-9.]+)?\.(?:dist|egg)-info$/;
const CONDA = /(?:^|\/)conda-meta\/([^/]+)-([^/-]+)-[^/-]+\.json$/;

/**
 * The packages of an image by what lies in it: by the names of pip's and conda's records, and by the
 * databases of dpkg and apk. For images that nobody has listed.
 */
export async function imagePackages(
  { name, tree, layers }: Inspection,
  { blobs, ...options }: BlobOptions & { readonly blobs: BlobStore },
): Promise<readonly ListedPackage[]> {
  const found: ListedPackage[] = [];
  for (const [path, { type }] of tree.entries()) {
    const isFile = type === "file";
    const [, python, pythonVersion] = PYTHON.exec(path) ?? [];
    if (python !== undefined) found.push({ type: "pypi", name: python, version: pythonVersion! });
    const [, conda, condaVersion] = isFile ? CONDA.exec(path) ?? [] : [];
    if (conda !== undefined) found.push({ type: "conda", name: conda, version: condaVersion! });
  }
  const databases = new PackageDatabases(tree);
  const whole = layers.map(({ descriptor, diffId }): BaseLayer => ({
    descriptor,
    diffId: diffId!,
  }));
  await readContents(databases.wanted(), { name, blobs, layers: whole, ...options });
  for (const { manager, name, version } of databases.finish().packages) {
    found.push({ type: manager === "dpkg" ? "deb" : "apk", name, version });
  }
  return sortPackages(found);
}
