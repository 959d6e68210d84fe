import { collect } from "../bytes/mod.ts";
import type { Secret } from "./secret.ts";

/** Header values; a secret one never follows a redirect to another host. */
export type HttpHeaders = Readonly<Record<string, string | Secret>>;

/** Bytes in memory, or a source that can be opened again for another try. */
export type HttpBody = Uint8Array | {
  /** In bytes: it is sent as Content-Length. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
};

/** What is asked of a host. */
export interface HttpRequest {
  /** GET by default. */
  readonly method?: string;
  readonly headers?: HttpHeaders;
  readonly body?: HttpBody;
  readonly signal?: AbortSignal | undefined;
  /** Whether it carries a secret, in its body too: then no redirect takes it to another origin. */
  readonly isSecret?: boolean;
  /** The host that named the address: one from afar may not send us to this machine or its wire. */
  readonly namedBy?: URL;
  /** How often it is tried at most; 1 for a request that must not be repeated. The client's own by default. */
  readonly tries?: number;
  /** How long the answer may take once the body is sent, in milliseconds. The limit on silence by default. */
  readonly responseTimeoutMs?: number;
}

/** What a host answered, whatever its status. The body must be read to its end, or cancelled. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; several of one name are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array>;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** How many tries it took. */
  readonly tries: number;
}

/** That what is between encoded the body, which nobody asked for; empty when it did not. */
export function unaskedEncoding({ headers }: Pick<HttpResponse, "headers">): string {
  const { "content-encoding": encoding = "identity" } = headers;
  return /^(?:identity)?$/i.test(encoding.trim())
    ? ""
    : ` (Content-Encoding: ${encoding.trim().slice(0, 20)}, which was not asked for)`;
}

/** Reads a small body. @throws {RangeError} when it is larger than the limit in bytes. */
export function readBody(response: Pick<HttpResponse, "body">, limit: number): Promise<Uint8Array> {
  return collect(response.body, limit);
}

const WORTH_READING = 64 * 1024;

/** Ends with an answer whose body is of no interest: a short one is read, so that its connection can be used again. */
export async function discardBody(response: Pick<HttpResponse, "body">): Promise<void> {
  await collect(response.body, WORTH_READING).catch(() => {
    // Too long, or broken: the stream is cancelled, and its connection with it.
  });
}
