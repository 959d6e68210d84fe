import { Failure, messageOf } from "../failure/mod.ts";
import { quote } from "./quote.ts";

/** How to get rid of a file that cannot be packed. */
export const LEAVE_IT_OUT = `leave it out with "ignoreFiles" or --exclude`;

/**
 * Something in the robot's folder that cannot go into an image.
 *
 * @param why the reason and the cure, or the error that the system threw
 */
export function packFailure(path: string, why: unknown): Failure {
  const failed = `failed to pack ${quote(path)}`;
  if (typeof why === "string") return new Failure("robot/file", `${failed}: ${why}`);
  const isDenied = why instanceof Error && "code" in why && why.code === "EACCES";
  const reason = isDenied ? "permission denied" : messageOf(why);
  return new Failure("robot/file", `${failed}: ${reason}, make it readable or ${LEAVE_IT_OUT}`, {
    cause: why,
  });
}
