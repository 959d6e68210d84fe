import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** The least that a robot.yaml must say. */
export const SMALL_ROBOT = "tasks:\n  Run:\n    shell: python task.py\nartifactsDir: output\n";

/** A folder with these files, of which the ones that end in `/` are folders. */
export async function folderOf(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(folder.path, path);
    if (path.endsWith("/")) {
      await Deno.mkdir(absolute, { recursive: true });
      continue;
    }
    await Deno.mkdir(dirname(absolute), { recursive: true });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(absolute, bytes);
  }
  return folder;
}

/** A robot's folder: a small robot.yaml, unless the files have their own, and these files. */
export function robotFolder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<{ readonly path: string } & AsyncDisposable> {
  return folderOf({ "robot.yaml": SMALL_ROBOT, ...files });
}
