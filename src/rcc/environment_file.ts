import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { removeUnused, useFolder, writing } from "../files/mod.ts";
import type { Robot } from "../robot/mod.ts";

/** The file that rcc resolves. Disposing removes it when it was made for that. */
export interface EnvironmentFile extends AsyncDisposable {
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
): Promise<EnvironmentFile> {
  const { environment } = robot;
  if (environment === undefined) throw new RangeError("expected a robot with an environment");
  const { path, relative: name } = environment;
  if (text === undefined) return { path, name, [Symbol.asyncDispose]: () => Promise.resolve() };
  await sweepFolders();
  const folder = await makeFolder();
  const copy = join(folder.path, basename(path));
  await writing(folder.path, () => writeFile(copy, text), OTHERWISE);
  return { path: copy, name, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const PREFIX = "rcc-oci-resolve-";
const OTHERWISE = { otherwise: "set TMPDIR to a folder of yours" };

/** In use until it is disposed of; one that is not in use has lost its process. */
async function makeFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await writing(tmpdir(), () => mkdtemp(join(tmpdir(), PREFIX)), OTHERWISE);
  const use = await useFolder(path);
  if (use === undefined) return await makeFolder(); // Another process took it for a stale one.
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      use[Symbol.dispose]();
    },
  };
}

/** Removes what processes have left that were killed. Other people's stay. */
async function sweepFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(PREFIX))) {
    await removeUnused(join(tmpdir(), name), () => Promise.resolve(false)).catch(() => {});
  }
}
