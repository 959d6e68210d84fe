/** Runs a program under GNU time. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a run took. */
export interface Measured {
  readonly seconds: number;
  /** Of the processors, user and system together. */
  readonly cpuSeconds: number;
  /** The most memory that one process had resident, in bytes. */
  readonly peakBytes: number;
}

/** Options of {@linkcode runMeasured}. */
export interface RunMeasuredOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** @throws {Error} with what the program said when it fails. */
export async function runMeasured(
  command: readonly string[],
  { env = {}, cwd }: RunMeasuredOptions = {},
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const figures = join(folder, "figures");
  try {
    const started = performance.now();
    const { success, stderr } = await new Deno.Command("/usr/bin/time", {
      args: ["--format", "%U %S %M", "--output", figures, ...command],
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    const seconds = (performance.now() - started) / 1000;
    if (!success) {
      throw new Error(`${command.join(" ")} failed: ${new TextDecoder().decode(stderr)}`);
    }
    const line = (await readFile(figures, "utf8")).trim().split("\n").at(-1)!;
    const [user, system, kilobytes] = line.split(" ").map(Number);
    return { seconds, cpuSeconds: user! + system!, peakBytes: kilobytes! * 1024 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The middle one by time: neither the luck of one run nor its misfortune. */
export function medianRun(runs: readonly Measured[]): Measured {
  const sorted = [...runs].sort((a, b) => a.seconds - b.seconds);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** The fastest one, for what is so short that others on the machine decide how long it takes. */
export function fastestRun(runs: readonly Measured[]): Measured {
  return runs.reduce((fastest, run) => run.seconds < fastest.seconds ? run : fastest);
}
