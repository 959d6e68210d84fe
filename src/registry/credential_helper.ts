import { type ChildVariables, runChild } from "../children/mod.ts";
import { isObject } from "../oci/mod.ts";
import { asCredential } from "./auth_file.ts";
import type { Credential } from "./credential.ts";

/** Options of {@linkcode askHelper}. */
export interface HelperOptions {
  /** The address as docker names it to helpers: `https://index.docker.io/v1/` or a host. */
  readonly server: string;
  readonly environment: ChildVariables;
  /** 30 s by default. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const LARGEST_ANSWER = 1024 * 1024;

/**
 * Asks docker's credential helper `docker-credential-<name>`; `undefined` when it has nothing for the
 * server. The program is ended when it takes too long, or the signal is aborted.
 *
 * Protocol: https://github.com/docker/docker-credential-helpers#development
 *
 * @throws {Error} that says in a few words what is wrong with the helper.
 */
export async function askHelper(
  name: string,
  { server, environment, limitMs = 30_000, signal }: HelperOptions,
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new Error("its name is no program's");
  const { code, stdout } = await runChild(program, ["get"], {
    env: environment,
    input: [new TextEncoder().encode(server)],
    mostOutput: LARGEST_ANSWER,
    limitMs,
    signal,
  });
  if (code !== 0) {
    if (/credentials not found/i.test(stdout)) return undefined;
    throw new Error(`it ended with exit code ${code}`);
  }
  const { Username: username, Secret: password } = parseAnswer(stdout);
  if (typeof username !== "string" || typeof password !== "string") {
    throw new Error("its answer has no Username and Secret");
  }
  return password === "" ? undefined : asCredential({ source: program, username, password });
}

function parseAnswer(output: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(output);
    if (isObject(value)) return value;
  } catch {
    // The parser's error would quote the answer.
  }
  throw new Error("its answer is no JSON object");
}
