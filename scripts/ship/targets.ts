/** A system that gets an executable of its own. */
export interface Target {
  /** Ours, a part of file names. */
  readonly name: TargetName;
  /** As `deno compile --target` has it. */
  readonly triple: string;
  /** The npm package with deno for it, without `@deno/`. */
  readonly denoPackage: string;
}

export type TargetName =
  | "linux-x86_64"
  | "linux-aarch64"
  | "macos-x86_64"
  | "macos-aarch64"
  | "windows-x86_64";

export const TARGETS: readonly Target[] = [
  {
    name: "linux-x86_64",
    triple: "x86_64-unknown-linux-gnu",
    denoPackage: "linux-x64-glibc",
  },
  {
    name: "linux-aarch64",
    triple: "aarch64-unknown-linux-gnu",
    denoPackage: "linux-arm64-glibc",
  },
  { name: "macos-x86_64", triple: "x86_64-apple-darwin", denoPackage: "darwin-x64" },
  { name: "macos-aarch64", triple: "aarch64-apple-darwin", denoPackage: "darwin-arm64" },
  { name: "windows-x86_64", triple: "x86_64-pc-windows-msvc", denoPackage: "win32-x64" },
];

/** What the targets of one name are for, all of them for none. @throws {RangeError} */
export function chooseTargets(names: readonly string[]): readonly Target[] {
  if (names.length === 0) return TARGETS;
  return names.map((name) => {
    const target = TARGETS.find((target) => target.name === name);
    if (target !== undefined) return target;
    const known = TARGETS.map(({ name }) => name).join(", ");
    throw new RangeError(`failed to find target "${name}": expected one of ${known}`);
  });
}

/** Whether a program made for the target can be run here. */
export function runsHere({ triple }: Target): boolean {
  return triple === Deno.build.target;
}

export function isWindows({ name }: Target): boolean {
  return name.startsWith("windows-");
}
