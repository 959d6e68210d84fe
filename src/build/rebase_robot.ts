import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { relative } from "node:path/posix";
import type { Base } from "../base/mod.ts";
import { type CacheImage, inconsistent, robotMembers, robotNameOf } from "../cache_image/mod.ts";
import { OWN_TMPDIR, writing } from "../files/mod.ts";
import { IMAGE_PATHS } from "../plan/mod.ts";
import { describeHead, readRobot, type RobotEntry } from "../robot/mod.ts";
import type { RobotInput } from "./find_inputs.ts";
import type { StartCommand } from "./rebase_settings.ts";

/** Options of {@linkcode unpackRobot}. */
export interface UnpackRobotOptions {
  /** Empty, and there as long as the robot is used. */
  readonly folder: string;
  readonly base: Pick<Base, "tree">;
  readonly start: StartCommand;
  readonly signal: AbortSignal;
}

/**
 * Takes the robot out of its layer, as it was listed when it was packed. Symlinks are not made:
 * nothing that the image says leads out of the folder.
 *
 * @throws {Failure} when the layer holds no robot of this program.
 */
export async function unpackRobot(
  image: CacheImage,
  { folder, base: { tree }, start, signal }: UnpackRobotOptions,
): Promise<RobotInput> {
  const root = join(folder, robotNameOf(image));
  const place = tree.resolve(IMAGE_PATHS.app).replace(/^\/+/, "");
  await writing(folder, () => mkdir(root), OWN_TMPDIR);
  const entries: RobotEntry[] = [];
  let size = 0;
  for await (const member of robotMembers(image, { signal })) {
    if (!member.path.startsWith(`${place}/`)) continue;
    const path = member.path.slice(place.length + 1);
    const absolute = join(root, path);
    if (member.type === "directory") {
      entries.push({ type: "directory", path, mode: 0o755 });
    } else if (member.type === "symlink") {
      entries.push({ type: "symlink", path, target: member.target });
    } else if (member.type === "file") {
      const { mode, content } = member;
      const head = await writing(folder, () => writeContent(absolute, content), OWN_TMPDIR);
      const { interpreter } = describeHead(head);
      entries.push({
        ...{ type: "file", path, absolute, size: member.size, mode },
        ...(interpreter === undefined ? {} : { interpreter }),
      });
      size += member.size;
    } else throw inconsistent(image.name, `"${member.path}" of its robot is a ${member.type}`);
  }
  const { file, task } = start;
  const path = relative(IMAGE_PATHS.app, file);
  if (!entries.some((entry) => entry.type === "file" && entry.path === path)) {
    throw inconsistent(image.name, `its robot has no file "${file}" on this base`);
  }
  const robot = await readRobot(join(root, path), { task, root, signal });
  return { robot, listing: { entries, size, warnings: [] }, source: {} };
}

/** As much as is looked at of a file. */
const HEAD_BYTES = 256;

/** @returns The file's first bytes. */
async function writeContent(
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx");
  let head = new Uint8Array();
  try {
    for await (const bytes of content) {
      const missing = HEAD_BYTES - head.length;
      if (missing > 0) head = Uint8Array.from([...head, ...bytes.subarray(0, missing)]);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  return head;
}
