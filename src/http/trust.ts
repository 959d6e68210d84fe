import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as tls from "node:tls";
import { Failure, messageOf } from "../failure/mod.ts";
import { readFileText } from "../files/mod.ts";
import type { ProxyVariables } from "./proxy.ts";

/** Whom a TLS connection to one host trusts, and what it shows of itself. */
export interface Trust {
  /** CA certificates as PEM: all that there are, not additions. */
  readonly ca: readonly string[];
  /** A client certificate with its key, as PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** False: any certificate will do. */
  readonly verify: boolean;
}

/** Options of {@linkcode createTrust}. */
export interface TrustOptions {
  readonly environment: ProxyVariables;
  /** PEM files of CA certificates that are trusted for every host. */
  readonly caCertificateFiles: readonly string[];
  /**
   * Folders such as /etc/docker/certs.d, with a folder for each host: its `*.crt` are CA certificates,
   * and `*.cert` with `*.key` of the same name a client certificate.
   * https://docs.docker.com/engine/security/certificates/
   */
  readonly certificateFolders: readonly string[];
  /** Hosts, with or without a port, whose certificates are not verified. */
  readonly insecureHosts: readonly string[];
}

/** Finds whom to trust. Files are read once, when the first host that needs them is asked for. */
export interface TrustStore {
  trustFor(url: URL): Promise<Trust>;
  isInsecure(url: URL): boolean;
}

export function createTrust(options: TrustOptions): TrustStore {
  let common: Promise<readonly string[]> | undefined;
  const hosts = new Map<string, Promise<Trust>>();

  function isInsecure(url: URL): boolean {
    const hostWithPort = withPort(url);
    return options.insecureHosts.some((host) => {
      const wanted = host.toLowerCase();
      return wanted === hostWithPort || wanted === url.hostname;
    });
  }

  async function load(url: URL): Promise<Trust> {
    common ??= loadCommon(options);
    const folders = options.certificateFolders.flatMap((folder) =>
      folderNames(url).map((name) => join(folder, name))
    );
    const [everybodys, own] = await Promise.all([
      common,
      Promise.all(folders.map(readHostFolder)),
    ]);
    const client = own.find((folder) => folder.cert !== undefined);
    return {
      ca: [...everybodys, ...own.flatMap((folder) => folder.ca)],
      ...(client?.cert === undefined ? {} : { cert: client.cert }),
      ...(client?.key === undefined ? {} : { key: client.key }),
      verify: !isInsecure(url),
    };
  }

  return {
    isInsecure,
    trustFor(url) {
      const host = withPort(url);
      let trust = hosts.get(host);
      if (trust === undefined) hosts.set(host, trust = load(url));
      return trust;
    },
  };
}

/** Where docker and podman look for certificates of single hosts. */
export function defaultCertificateFolders(
  environment: ProxyVariables,
  platform: string,
): readonly string[] {
  const home = environment.HOME ?? environment.USERPROFILE;
  if (platform === "win32") {
    const data = environment.ProgramData ?? "C:\\ProgramData";
    return [
      join(data, "docker", "certs.d"),
      ...(home === undefined ? [] : [join(home, ".docker", "certs.d")]),
    ];
  }
  return [
    "/etc/docker/certs.d",
    "/etc/containers/certs.d",
    ...(home === undefined ? [] : [
      join(home, ".docker", "certs.d"),
      join(home, ".config", "docker", "certs.d"),
      join(home, ".config", "containers", "certs.d"),
    ]),
  ];
}

/** The CA certificates of the platform, of those bundled with the runtime, and of the named files. */
async function loadCommon(
  { environment, caCertificateFiles }: TrustOptions,
): Promise<readonly string[]> {
  const fromEnvironment = environment.SSL_CERT_FILE || undefined;
  const files = [
    ...(fromEnvironment === undefined ? [] : [{ path: fromEnvironment, name: "SSL_CERT_FILE" }]),
    ...caCertificateFiles.map((path) => ({ path, name: "--ca-cert" })),
  ];
  const named = await Promise.all(files.map(({ path, name }) => readCaCertificates(path, name)));
  return [...new Set([...tls.rootCertificates, ...platformCaCertificates(), ...named])];
}

function platformCaCertificates(): readonly string[] {
  try {
    return tls.getCACertificates("system");
  } catch {
    return []; // A runtime or a platform without a store: the bundled ones remain.
  }
}

async function readCaCertificates(path: string, name: string): Promise<string> {
  let text: string;
  try {
    text = await readFileText(path);
  } catch (error) {
    const found = error instanceof RangeError
      ? messageOf(error)
      : "no such file, or no right to read it";
    throw new Failure(
      "base/authority",
      `failed to read ${name} "${path}": ${found}, name a file with certificates`,
      { cause: error },
    );
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new Failure(
      "base/authority",
      `failed to read ${name} "${path}": no certificate is in it, expected PEM, which begins with -----BEGIN CERTIFICATE-----`,
    );
  }
  return text;
}

interface HostFolder {
  readonly ca: readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

async function readHostFolder(folder: string): Promise<HostFolder> {
  let names: readonly string[];
  try {
    names = (await readdir(folder)).sort();
  } catch {
    return { ca: [] };
  }
  const ca = await Promise.all(
    names.filter((name) => name.endsWith(".crt"))
      .map((name) => readCaCertificates(join(folder, name), "certificates of a host")),
  );
  const cert = names.find((name) =>
    name.endsWith(".cert") && names.includes(name.replace(/\.cert$/, ".key"))
  );
  if (cert === undefined) return { ca };
  return {
    ca,
    cert: await readOwn(join(folder, cert)),
    key: await readOwn(join(folder, cert.replace(/\.cert$/, ".key"))),
  };
}

/** A client certificate or its key. */
async function readOwn(path: string): Promise<string> {
  try {
    return await readFileText(path);
  } catch (error) {
    throw new Failure(
      "base/authority",
      `failed to read certificates of a host "${path}": ${messageOf(error)}, make it readable`,
      { cause: error },
    );
  }
}

/** A folder has the host's name as references write it; on Windows without the colon. */
function folderNames(url: URL): readonly string[] {
  const full = withPort(url);
  const names = url.port === "" ? [url.hostname, full] : [full];
  return [...names, ...names.filter((name) => name.includes(":")).map((n) => n.replace(/:/g, ""))];
}

/** Host and port, the port always written. */
function withPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}
