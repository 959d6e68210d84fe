import { Failure } from "./mod.ts";

/**
 * What the runtime refuses, because it was started without the permission for it, is the user's to
 * allow: https://docs.deno.com/runtime/fundamentals/security/. Anything else stays as it is.
 */
export function asPermissionFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "NotCapable") return error;
  const [, what, flag] = REFUSAL.exec(error.message) ?? [];
  const refused = what === undefined ? error.message : `Deno allows no ${what}`;
  const cure = flag === undefined ? "run with -A" : `run with ${flag}, or with -A`;
  return new Failure("rcc/permission", `${refused}, ${cure}`, { cause: error });
}

/** `Requires read access to "/etc", run again with the --allow-read flag` */
const REFUSAL = /^Requires (.+), run again with the (--allow-[a-z]+) flag/;
