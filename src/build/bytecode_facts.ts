import { readFile } from "node:fs/promises";
import { codeLayout, type RobotCode, usedModules } from "../bytecode/mod.ts";
import { Failure } from "../failure/mod.ts";
import { type EnvironmentPython, findPython } from "../holotree/mod.ts";
import type { BytecodeFacts } from "../plan/mod.ts";
import { type Robot, type RobotListing, taskWords } from "../robot/mod.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import type { EnvironmentRequest } from "./request.ts";
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

const LARGEST_TEXT = 4 * 1024 * 1024;

/** What a robot's own files say of what it imports. */
async function robotCode(robot: Robot, { entries }: RobotListing): Promise<RobotCode> {
  const modules: string[] = [];
  const begins: string[] = [];
  const programs: string[] = [];
  for (const entry of entries) {
    if (entry.type !== "file" || entry.size > LARGEST_TEXT) continue;
    const isPython = entry.path.endsWith(".py");
    const isSuite = /\.(?:robot|resource)$/.test(entry.path);
    if (!isPython && !isSuite) continue;
    const text = await readFile(entry.absolute, "utf8").catch(() => "");
    if (isPython) modules.push(text);
    else begins.push(...[...text.matchAll(LIBRARY)].map(([, name]) => name!));
  }
  for (const { definition } of robot.tasks) {
    const words = wordsOf(definition);
    programs.push(...words.slice(0, 1));
    const at = words.indexOf("-m");
    const module = at < 0 ? undefined : words[at + 1];
    if (module !== undefined) begins.push(module, `${module}.__main__`);
  }
  return { modules, begins, programs };
}

/** In a suite of Robot Framework. */
const LIBRARY = /^\|?[ \t]*Library[ \t|]+([\w.]+)/gmi;

function wordsOf(definition: Robot["tasks"][number]["definition"]): readonly string[] {
  try {
    return taskWords(definition, { artifactsDir: "" });
  } catch {
    return []; // It names no program, which is said elsewhere.
  }
}
