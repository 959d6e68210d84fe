import { join } from "node:path";
import { BytecodeCompiler } from "../bytecode/mod.ts";
import { createAtomicFolder, makeFolder, sweepAtomicFolders } from "../files/mod.ts";
import type { Environment } from "../holotree/mod.ts";
import { findPython } from "../holotree/mod.ts";
import type { BlobCache } from "../store/mod.ts";

/** Who compiles the bytecode of an image, where there is a Python: it is not started before it is needed. */
export function beginCompiler(
  environment: Environment | undefined,
  { cache, jobs }: { readonly cache: BlobCache; readonly jobs: number },
): BytecodeCompiler | undefined {
  const python = environment && findPython(environment.catalog);
  if (environment === undefined || python === undefined) return undefined;
  return new BytecodeCompiler({
    ...{ environment, python, jobs },
    async begin() {
      const folder = join(cache.path, "blobs");
      await makeFolder(folder);
      const target = join(folder, "python");
      await sweepAtomicFolders(target);
      return await createAtomicFolder(target);
    },
  });
}
