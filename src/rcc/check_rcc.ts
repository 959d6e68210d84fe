import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Measure } from "../bytes/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { openFileStream } from "../files/mod.ts";
import { ELF_BEGINNING_BYTES, staticExecutableFault } from "./elf.ts";

/** A file that can be the image's rcc. */
export interface RccFile {
  /** Absolute, of the host. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of its content, as 64 hex digits. */
  readonly sha256: string;
}

/** What helps when there is no rcc for the image. */
export const CURE = "give a static Linux amd64 rcc by --rcc-exec";

/**
 * Looks at a file that may be the image's rcc.
 *
 * @throws {Failure} when it cannot be read, or is no static Linux amd64 program.
 */
export async function checkRcc(named: string): Promise<RccFile> {
  const path = resolve(named);
  const { fault, size } = await readBeginning(path).catch((error) => {
    throw new Failure(
      "rcc/unreadable",
      `failed to read rcc "${path}": ${messageOf(error)}, ${CURE}`,
      { cause: error },
    );
  });
  if (fault !== undefined) {
    throw new Failure("rcc/not-static", `failed to use rcc "${path}": found ${fault}, ${CURE}`);
  }
  return { path, size, sha256: await hashFile(path) };
}

/** Why a file cannot be the image's rcc, in words that follow "found". `undefined` when it can. */
export async function staticRccFault(path: string): Promise<string | undefined> {
  return (await readBeginning(path)).fault;
}

interface Beginning {
  readonly fault: string | undefined;
  readonly size: number;
}

async function readBeginning(path: string): Promise<Beginning> {
  // Before it is opened: opening a pipe would wait for a writer.
  const facts = await stat(path);
  if (!facts.isFile()) throw new Error("it is no file");
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(new Uint8Array(ELF_BEGINNING_BYTES), 0);
  return { fault: staticExecutableFault(buffer.subarray(0, bytesRead)), size: facts.size };
}

async function hashFile(path: string): Promise<string> {
  const measure = new Measure();
  for await (const chunk of await openFileStream(path)) measure.update(chunk);
  return measure.finish().sha256;
}
