import { codeLayout, usedModules } from "../bytecode/mod.ts";
import { Failure } from "../failure/mod.ts";
import { type EnvironmentPython, findPython } from "../holotree/mod.ts";
import type { BytecodeFacts } from "../plan/mod.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import type { EnvironmentRequest } from "./request.ts";
import { robotCode } from "./robot_code.ts";
import type { Context } from "./session.ts";

type Host = Pick<Context, "hostOs" | "hostArch">;

/**
 * Which modules are compiled beforehand. Those of a published environment have been.
 *
 * @throws {Failure} when that cannot be done here.
 */
export async function bytecodeFacts(
  { robot, listing, environment, published }: Pick<
    CompleteInputs,
    "robot" | "listing" | "environment" | "published"
  >,
  { request: { bytecode }, host }: {
    readonly request: Pick<EnvironmentRequest, "bytecode">;
    readonly host: Host;
  },
): Promise<BytecodeFacts | undefined> {
  if (environment === undefined || bytecode === undefined) return undefined;
  const python = findPython(environment.catalog);
  if (python === undefined) return undefined;
  if (published !== undefined) return bytecode === "all" ? { python } : { python, used: new Set() };
  requireBytecodeHost(host);
  requireKnownPython(python);
  if (bytecode === "all") return { python };
  const code = await robotCode(robot, listing);
  return { python, used: await usedModules(environment, python, code) };
}

/** The environment's Python runs on Linux amd64. @throws {Failure} elsewhere. */
export function requireBytecodeHost({ hostOs, hostArch }: Host): void {
  if (canCompile({ hostOs, hostArch })) return;
  throw new Failure(
    "environment/bytecode",
    `failed to use --compile-bytecode: the environment's Python is for Linux amd64, and this is ` +
      `${hostOs} ${hostArch}, build on Linux amd64 or leave it out`,
  );
}

export function canCompile({ hostOs, hostArch }: Host): boolean {
  return hostOs === "linux" && hostArch === "x64";
}

/** @throws {Failure} when its bytecode is not known here. */
function requireKnownPython({ minor }: EnvironmentPython): void {
  if (codeLayout(minor) !== undefined) return;
  throw new Failure(
    "environment/bytecode",
    `failed to compile bytecode: the environment has Python 3.${minor}, expected 3.8 to 3.14, ` +
      "build without --compile-bytecode",
  );
}
