import { type Context, verify, type VerifyRequest } from "../build/mod.ts";
import { renderComparison } from "../report/mod.ts";
import { DIFFERENT, EQUIVALENT } from "./exit_code.ts";

const EXIT_CODES = { identical: 0, equivalent: EQUIVALENT, different: DIFFERENT } as const;

/** Says whether an image is what is built of what is here. @returns The exit code. */
export async function verifyImage(
  request: VerifyRequest,
  { context, json }: { readonly context: Context; readonly json: boolean },
): Promise<number> {
  const { reporter } = context;
  const verification = await verify(request, context);
  if (json) reporter.printJson(verification);
  else for (const line of renderComparison(verification)) reporter.print(line);
  return EXIT_CODES[verification.verdict];
}
