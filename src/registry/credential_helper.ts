import { spawn } from "node:child_process";
import { isObject } from "../oci/mod.ts";
import type { Environment } from "../http/mod.ts";
import { asCredential } from "./auth_file.ts";
import type { Credential } from "./credential.ts";

/** Options of {@linkcode askHelper}. */
export interface HelperOptions {
  /** The address as docker names it to helpers: `https://index.docker.io/v1/` or a host. */
  readonly server: string;
  readonly environment: Environment;
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
  const { code, output } = await run(program, { input: server, environment, limitMs, signal });
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return undefined;
    throw new Error(`it ended with exit code ${code}`);
  }
  const { Username: username, Secret: password } = parseAnswer(output);
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

interface RunOptions extends Omit<HelperOptions, "server"> {
  readonly input: string;
  readonly limitMs: number;
}

async function run(
  program: string,
  { input, environment, limitMs, signal }: RunOptions,
): Promise<{ code: number | null; output: string }> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(program, ["get"], {
    env: { ...environment },
    stdio: ["pipe", "pipe", "ignore"],
    windowsHide: true,
  });
  let reason: unknown;
  const end = (why: unknown) => {
    if (reason !== undefined) return;
    reason = why;
    child.once("exit", () => reject(why));
    child.kill("SIGKILL");
  };
  const onAbort = () => end(signal?.reason);
  const timer = setTimeout(
    () => end(new Error(`it took longer than ${limitMs / 1000} s`)),
    limitMs,
  );
  signal?.addEventListener("abort", onAbort);
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    if (output.length > LARGEST_ANSWER) end(new Error("its answer is too long"));
  });
  child.on("error", (error: { code?: string }) => {
    reject(new Error(error.code === "ENOENT" ? "it is not on PATH" : "it cannot be run"));
  });
  child.on("close", (code) => resolve(code));
  child.stdin.on("error", () => {}); // A helper need not read.
  child.stdin.end(input);
  try {
    return { code: await promise, output };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
