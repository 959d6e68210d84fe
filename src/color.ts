/**
 * Whether help and messages may have colours: `FORCE_COLOR` says yes, or no by `0` and `false`; then
 * `NO_COLOR` says no; then a terminal that is not `dumb` has them.
 * https://no-color.org, https://force-color.org
 *
 * What needs not be known is not read: Deno tells `TERM` only to whom it is allowed.
 */
export function hasColor(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return !env.NO_COLOR && isTerminal && env.TERM !== "dumb";
}
