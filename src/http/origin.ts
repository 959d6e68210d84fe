import { HttpError } from "./http_error.ts";
import type { ConnectionPool } from "./connection_pool.ts";

/** Options of {@linkcode findOrigin}. */
export interface OriginOptions {
  readonly pool: ConnectionPool;
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
  { pool, allowsPlain, signal }: OriginOptions,
): Promise<URL> {
  const secure = new URL(`https://${host}`);
  if (!allowsPlain(secure)) return secure;
  try {
    await pool.probe(secure, signal);
    return secure;
  } catch (error) {
    const speaksNoTls = error instanceof HttpError && /^(?:not-tls|broken)$/.test(error.trouble);
    if (!speaksNoTls) throw error;
    return new URL(`http://${host}`);
  }
}
