/** What may change between two images, each as a pair of builds. */
import { appendFile, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { copyTo } from "./folder.ts";
import { type BenchLibrary, changeRobot } from "./libraries.ts";
import { raisedRobot, variantRobot } from "./variants.ts";

/** An image that the registry has, and the next one. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly rcc?: string;
  /** Where the next one is pushed to, when that is another one: told of the first, it may mount. */
  readonly repository?: string;
  /** Whether it is the change that most people make: measured more than once. */
  readonly isMain?: boolean;
}

/**
 * Those with the same image before follow each other.
 *
 * @param rcc The usual one.
 */
export async function changesOf(library: BenchLibrary, rcc: string): Promise<readonly Change[]> {
  const { robot } = library;
  const raised = await raisedRobot(library);
  const same = await variantRobot(library, "same");
  const removed = await variantRobot(library, "removed");
  const renamed = await variantRobot(library, "renamed");
  const python = await variantRobot(library, "python");
  const otherRcc = join(library.folder, "other-rcc");
  await copyFile(rcc, otherRcc);
  await appendFile(otherRcc, "another");
  const otherRobot = join(library.folder, "other-robot");
  await copyTo(robot, otherRobot);
  await changeRobot(otherRobot);
  return [
    ...(raised === undefined
      ? []
      : [{ what: "a raised package", before: robot, after: raised, isMain: true }]),
    { what: "another rcc", before: robot, after: robot, rcc: otherRcc },
    { what: "another robot", before: robot, after: otherRobot },
    {
      what: "another robot, to another repository, `--cache-from` the first",
      before: robot,
      after: otherRobot,
      repository: "other",
    },
    { what: "nothing", before: robot, after: robot },
    { what: "a removed package", before: same, after: removed },
    { what: "a renamed package", before: same, after: renamed },
    { what: "one file of Python itself", before: same, after: python },
    { what: "an added package", before: removed, after: same },
  ];
}
