import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { OWN_TMPDIR, temporaryFolder, writing } from "../files/mod.ts";
import type { Robot } from "../robot/mod.ts";

/** The file that rcc resolves. Disposing removes it when it was made for that. */
export interface ResolvedFile extends AsyncDisposable {
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
}

/** Options of {@linkcode environmentFile}. */
export interface EnvironmentFileOptions {
  readonly robot: Pick<Robot, "environment">;
  /** What is resolved in the place of the environment file's own text. */
  readonly text?: string | undefined;
}

/** The robot's own file, or one of the same name with another text: rcc reads a package.yaml by its name. */
export async function environmentFile(
  { robot, text }: EnvironmentFileOptions,
): Promise<ResolvedFile> {
  const { environment } = robot;
  if (environment === undefined) throw new RangeError("expected a robot with an environment");
  const { path, relative: name } = environment;
  if (text === undefined) return { path, name, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = await temporaryFolder("rcc-oci-resolve-");
  const copy = join(folder.path, basename(path));
  await writing(folder.path, () => writeFile(copy, text), OWN_TMPDIR);
  return { path: copy, name, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
