/** Options of {@linkcode runCommand}. */
export interface RunCommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process, or, with `clearEnv`, the whole of it. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clearEnv?: boolean;
}

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever its exit code. */
export async function runCommand(
  [command, ...args]: readonly [string, ...string[]],
  options: RunCommandOptions = {},
): Promise<CommandResult> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    ...options,
    args,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs a command. @returns What it printed. @throws with its last words when it fails. */
export async function outputOf(
  command: readonly [string, ...string[]],
  options: RunCommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, options);
  if (code === 0) return stdout;
  throw new Error(
    `failed to run "${command.join(" ")}": exit code ${code}\n${(stdout + stderr).slice(-4000)}`,
  );
}
