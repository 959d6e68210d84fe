import { Failure } from "../failure/mod.ts";
import { unpackBundle } from "../holotree/mod.ts";
import type { Context } from "./session.ts";

/** Options of {@linkcode openRobotFolder}. */
export interface OpenRobotFolderOptions extends Pick<Context, "signal"> {
  /** Whether the folder is needed after the command, which a bundle does not have. */
  readonly stays?: boolean;
}

/** The robot that `--robot` names: in a folder until that is disposed of, where it names a bundle. */
export async function openRobotFolder(
  path: string,
  { signal, stays = false }: OpenRobotFolderOptions,
): Promise<{ readonly robot: string } & AsyncDisposable> {
  const bundle = await unpackBundle(path, { signal });
  if (bundle === undefined) {
    return { robot: path, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (!stays) return bundle;
  await bundle[Symbol.asyncDispose]();
  throw new Failure(
    "usage/option",
    `failed to print a Dockerfile: its context is the robot's folder, and "${path}" is a bundle, ` +
      "write a whole context with --context",
  );
}
