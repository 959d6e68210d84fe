import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import process from "node:process";

/** Variables as in `process.env`. */
export type ChildVariables = Readonly<Record<string, string | undefined>>;

/** Starts a program, in the given or our own environment, without what is for us alone. */
export function spawnChild<Child extends ChildProcess>(
  program: string,
  args: readonly string[],
  { env = process.env, ...options }: Omit<SpawnOptions, "env"> & { readonly env?: ChildVariables },
): Child {
  return spawn(program, args, { ...options, env: withoutOurs(env), windowsHide: true }) as Child;
}

/** What a program starts may be anybody's, such as the scripts of packages that rcc installs. */
const OURS = new Set(["RCC_OCI_USERNAME", "RCC_OCI_PASSWORD"]);

/** Names of variables differ by more than their case, but on Windows. */
function withoutOurs(env: ChildVariables): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.has(name.toUpperCase())));
}
