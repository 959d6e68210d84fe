import { HttpError } from "./http_error.ts";
import type { Lanes } from "./lanes.ts";

/** Options of {@linkcode findOrigin}. */
export interface OriginOptions {
  readonly lanes: Lanes;
  /** Whether plain HTTP is allowed to a host. */
  readonly allowsPlain: (url: URL) => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * The address of a host that was named without a protocol. Where plain HTTP is allowed TLS is tried
 * first, as everybody does: a server that speaks none says so at once.
 */
export async function findOrigin(
  host: string,
  { lanes, allowsPlain, signal }: OriginOptions,
): Promise<URL> {
  const secure = new URL(`https://${host}`);
  if (!allowsPlain(secure)) return secure;
  try {
    await lanes.probe(secure, signal);
    return secure;
  } catch (error) {
    const speaksNoTls = error instanceof HttpError && /^(?:not-tls|broken)$/.test(error.trouble);
    if (!speaksNoTls) throw error;
    return new URL(`http://${host}`);
  }
}
