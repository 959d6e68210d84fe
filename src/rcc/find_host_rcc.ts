import { stat } from "node:fs/promises";
import { posix, win32 } from "node:path";

/** What says where programs are looked for. */
export interface SearchFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly hostOs: string;
  /** Whether a program is there; asks the system by default. */
  readonly isProgram?: (path: string) => Promise<boolean>;
}

/** The host's own rcc: the first on PATH, `rcc.exe` on Windows. */
export async function findHostRcc(
  { env, hostOs, isProgram = hostOs === "win32" ? isFile : isExecutable }: SearchFacts,
): Promise<string | undefined> {
  const { delimiter, isAbsolute, join } = hostOs === "win32" ? win32 : posix;
  for (const folder of searchPath(env, hostOs).split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, hostOs === "win32" ? "rcc.exe" : "rcc");
    if (await isProgram(path)) return path;
  }
  return undefined;
}

/** Windows calls it `Path`, and does not mind the case. */
function searchPath(env: SearchFacts["env"], hostOs: string): string {
  if (hostOs !== "win32") return env.PATH ?? "";
  const name = Object.keys(env).find((name) => name.toUpperCase() === "PATH");
  return name === undefined ? "" : env[name] ?? "";
}

async function isExecutable(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && facts.isFile() && (facts.mode & 0o111) !== 0;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
