import { open, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { Measure } from "../bytes/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { openFileStream } from "../files/mod.ts";
import { ELF_BEGINNING_BYTES, staticExecutableFault } from "./elf.ts";

/** The Linux rcc that goes into the image. */
export interface LinuxRcc {
  /** Absolute, of the host. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of its content, as 64 hex digits. */
  readonly sha256: string;
}

/** Options of {@linkcode findRcc}. */
export interface FindRccOptions {
  /** What `--rcc-exec` says. */
  readonly rccExec?: string | undefined;
  readonly hostOs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const CURE = "give a static Linux amd64 rcc by --rcc-exec";

/**
 * The rcc that was given, else on Linux the `rcc` on PATH.
 *
 * @throws {Failure} when there is none, or it is not a static Linux amd64 program.
 */
export async function findRcc({ rccExec, hostOs, env }: FindRccOptions): Promise<LinuxRcc> {
  const path = rccExec ?? (hostOs === "linux" ? await findOnPath(env.PATH ?? "") : undefined);
  if (path === undefined) {
    const where = hostOs === "linux" ? `no "rcc" on PATH` : `no Linux rcc on ${hostOs}`;
    throw new Failure("rcc/not-found", `failed to find rcc: ${where}, ${CURE}`);
  }
  return await checkRcc(resolve(path));
}

async function checkRcc(path: string): Promise<LinuxRcc> {
  let beginning: Uint8Array;
  let size: number;
  try {
    await using file = await open(path);
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error("it is no file");
    size = facts.size;
    const { buffer, bytesRead } = await file.read(new Uint8Array(ELF_BEGINNING_BYTES), 0);
    beginning = buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new Failure(
      "rcc/unreadable",
      `failed to read rcc "${path}": ${messageOf(error)}, ${CURE}`,
      { cause: error },
    );
  }
  const fault = staticExecutableFault(beginning);
  if (fault !== undefined) {
    throw new Failure("rcc/not-static", `failed to use rcc "${path}": found ${fault}, ${CURE}`);
  }
  return { path, size, sha256: await hashFile(path) };
}

async function hashFile(path: string): Promise<string> {
  const measure = new Measure();
  for await (const chunk of await openFileStream(path)) measure.update(chunk);
  return measure.finish().sha256;
}

async function findOnPath(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, "rcc");
    const facts = await stat(candidate).catch(() => undefined);
    if (facts?.isFile() && (facts.mode & 0o111) !== 0) return candidate;
  }
  return undefined;
}
