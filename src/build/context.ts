import type { Reporter } from "../report/mod.ts";

/** What a command has of the world around it. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `linux`, `darwin` or `win32`. */
  readonly hostOs: string;
  /** As in `process.arch`. */
  readonly hostArch: string;
  /** Versions of the runtime and its libraries. */
  readonly runtime: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}
