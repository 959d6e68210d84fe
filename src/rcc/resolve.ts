import process from "node:process";
import type { Robot } from "../robot/mod.ts";
import { environmentFile } from "./environment_file.ts";
import { requireResolvingHost } from "./host_advice.ts";
import { hostSecrets } from "./host_secrets.ts";
import { readNetrc } from "./netrc.ts";
import { redacting } from "./redact.ts";
import { resolveFailure } from "./resolve_failure.ts";
import { type ResolveListeners, ResolveOutput } from "./resolve_output.ts";
import { runRcc } from "./run_rcc.ts";

/** Options of {@linkcode resolveEnvironment}. */
export interface ResolveOptions extends ResolveListeners {
  /** The host's rcc. */
  readonly rccExec: string;
  readonly robot: Pick<Robot, "directory" | "environment">;
  /** What is resolved in the place of the environment file's own text. */
  readonly text?: string | undefined;
  /** Whether it is built though there is one. */
  readonly afresh?: boolean;
  /** Handed on as it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform` and `process.arch`. */
  readonly hostOs: string;
  readonly hostArch?: string;
  readonly signal?: AbortSignal | undefined;
  /** How long rcc may take to end once it is told to, 5 s by default. */
  readonly graceMs?: number;
}

/** An environment that rcc has built, or had. */
export interface Resolved {
  /** The hash of its blueprint, as rcc itself states it; none when rcc states none. */
  readonly blueprint: string | undefined;
}

/**
 * Has the host's rcc build the environment of a robot, in the user's own ROBOCORP_HOME and mode. It
 * takes as long as it takes; rcc's own locks decide who builds when several want the same.
 *
 * The environment file is named by itself: with `--robot`, rcc would take a hololib.zip that lies
 * there for the library, and choose the file by the host's platform. The space is not the user's
 * default one, in which a robot may be running.
 *
 * @throws {Failure} when rcc fails, with its last lines; the signal's reason, after all of rcc's
 * processes have ended.
 */
export async function resolveEnvironment(options: ResolveOptions): Promise<Resolved> {
  const { rccExec, robot, env, signal } = options;
  requireResolvingHost(options.hostOs, options.hostArch ?? process.arch);
  const secrets = hostSecrets(env, { netrc: await readNetrc(options) });
  const output = new ResolveOutput(options, redacting(secrets));
  await using file = await environmentFile(options);
  const end = await output.during(() =>
    runRcc(rccExec, {
      args: [
        ...["holotree", "variables", "--json", "--space", SPACE, "--robot="],
        ...(options.afresh ? ["--force"] : []),
        file.path,
      ],
      cwd: robot.directory,
      env,
      signal,
      onLine: (line) => output.hear(line),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    })
  );
  if (end.code !== 0) {
    const { lastLines: lines, tellingLines: telling } = output;
    throw resolveFailure(end, { fileName: file.name, lines, telling });
  }
  return { blueprint: blueprintOf(end.stdout) };
}

const SPACE = "rcc-oci";

function blueprintOf(stdout: string): string | undefined {
  try {
    const variables = JSON.parse(stdout) as readonly { key?: unknown; value?: unknown }[];
    const hash = variables.find(({ key }) => key === "RCC_ENVIRONMENT_HASH")?.value;
    return typeof hash === "string" && /^[0-9a-f]{16}$/.test(hash) ? hash : undefined;
  } catch {
    return undefined;
  }
}
