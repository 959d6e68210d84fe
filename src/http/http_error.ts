/** Why there was no answer. */
export type HttpErrorKind =
  /** The host's name is not known. */
  | "name"
  | "refused"
  | "unreachable"
  | "connect-timeout"
  /** The other side sent or took nothing for too long. */
  | "silence"
  | "broken"
  /** The certificate is not to be trusted. */
  | "certificate"
  /** A TLS connection was expected, and the other side spoke something else. */
  | "not-tls"
  | "proxy"
  | "redirect"
  /** The answer is no HTTP. */
  | "protocol";

const MAY_PASS: ReadonlySet<HttpErrorKind> = new Set<HttpErrorKind>(
  ["refused", "unreachable", "connect-timeout", "silence", "broken"],
);

/** Options of {@linkcode HttpError}. */
export interface HttpErrorOptions extends ErrorOptions {
  /** Whether the same request may do better later. By default the kind of trouble decides. */
  readonly mayPass?: boolean;
}

/**
 * A request that failed. The message says what was met and what would have worked, in
 * one line without addresses' secrets: `no connection to ghcr.io:443 within 30 s, …`.
 */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly trouble: HttpErrorKind;
  readonly mayPass: boolean;
  /** How often it was tried. */
  tries = 1;

  constructor(trouble: HttpErrorKind, message: string, options: HttpErrorOptions = {}) {
    super(message, options);
    this.trouble = trouble;
    this.mayPass = options.mayPass ?? MAY_PASS.has(trouble);
  }
}

/** The error of a socket, in words. `peer` is a host with its port. */
export function describeSocketError(error: unknown, peer: string): HttpError {
  if (error instanceof HttpError) return error;
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const options = { cause: error };
  if (code === "ENOTFOUND") {
    return new HttpError(
      "name",
      `no such host ${peer}, check its name, the network, and HTTPS_PROXY`,
      options,
    );
  }
  if (code === "EAI_AGAIN") {
    return new HttpError(
      "name",
      `host ${peer} could not be looked up, check the network and HTTPS_PROXY`,
      { ...options, mayPass: true },
    );
  }
  if (code === "ECONNREFUSED") {
    return new HttpError(
      "refused",
      `${peer} refused the connection, check that it runs, and its port`,
      options,
    );
  }
  if (/^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT)$/.test(code)) {
    return new HttpError(
      "unreachable",
      `${peer} cannot be reached, check the network and HTTPS_PROXY`,
      options,
    );
  }
  if (/^(?:ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/.test(code)) {
    return new HttpError("broken", `the connection to ${peer} broke, try again`, options);
  }
  if (code.startsWith("HPE_")) {
    return new HttpError("protocol", `${peer} answered something that is no HTTP/1.1`, options);
  }
  if (/WRONG_VERSION_NUMBER|InvalidContentType/.test(code + message)) {
    return new HttpError(
      "not-tls",
      `${peer} speaks no TLS, allow plain HTTP with --insecure-registry ${peer}`,
      options,
    );
  }
  if (/CERT|SIGNATURE|ALTNAME|certificate|ERR_TLS|ERR_SSL|alert/i.test(code + message)) {
    return new HttpError("certificate", describeCertificate(code, message, peer), options);
  }
  return new HttpError(
    "broken",
    `the connection to ${peer} failed (${code || "unknown"})`,
    options,
  );
}

function describeCertificate(code: string, message: string, peer: string): string {
  if (/ALTNAME/i.test(code)) {
    return `the certificate of ${peer} is for another host, use the name that it states`;
  }
  if (/EXPIRED|NOT_YET_VALID/i.test(code)) {
    return `the certificate of ${peer} is not valid today, have it renewed, or check the clock`;
  }
  if (/CertificateRequired|alert/i.test(message)) {
    return `${peer} refused the TLS connection, it may ask for a client certificate: put client.cert and client.key into certs.d/${peer}`;
  }
  return `the certificate of ${peer} is signed by an unknown authority, name its file with --ca-cert or SSL_CERT_FILE, or allow it with --insecure-registry ${peer}`;
}
