/** The environment variables, of which some say what may be shown how. */
export type TerminalVariables = Readonly<Record<string, string | undefined>>;

/** Options of {@linkcode progressStyle}. */
export interface ProgressStyleOptions {
  readonly progress: "auto" | "tty" | "plain";
  readonly isTerminal: boolean;
}

/** How progress is shown: lines that change, lines that stay, or lines in the groups of GitHub. */
export type ProgressStyle = "live" | "plain" | "github";

/** `auto` is live on a terminal that can move its cursor, and never in CI, which keeps each byte. */
export function progressStyle(
  env: TerminalVariables,
  { progress, isTerminal }: ProgressStyleOptions,
): ProgressStyle {
  if (progress === "tty") return "live";
  if (isGithubJob(env)) return "github";
  if (progress === "plain" || !isTerminal || env.TERM === "dumb" || isCi(env)) return "plain";
  return "live";
}

/** Whether a program without a person runs this. */
export function isCi(env: TerminalVariables): boolean {
  return isOn(env.CI) || isGithubJob(env);
}

function isGithubJob(env: TerminalVariables): boolean {
  return env.GITHUB_ACTIONS === "true";
}

/**
 * Whether the locale's characters are Unicode: the first of the variables that is set counts.
 * Windows has none of them, there the terminals that can are known by name.
 * https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
 */
export function hasUnicode(env: TerminalVariables): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale) || env.WT_SESSION !== undefined;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
