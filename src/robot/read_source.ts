import { readFile, stat } from "node:fs/promises";
import { Failure, messageOf } from "../failure/mod.ts";
import { quote } from "./quote.ts";
import { SourceText } from "./source_text.ts";

/** Options of {@linkcode readSource}. */
export interface ReadSourceOptions {
  /** How messages name the file. */
  readonly fileName: string;
  readonly signal?: AbortSignal | undefined;
}

/** In bytes. Nobody writes a robot.yaml of this size; what is larger was named by mistake. */
const LARGEST = 1024 * 1024;

/**
 * Reads a small text file: UTF-8, or UTF-16 with a byte order mark, which rcc reads too.
 *
 * @throws {Failure} when it cannot be read, is no regular file, is larger than 1 MiB, or is no text.
 */
export async function readSource(
  path: string,
  { fileName, signal }: ReadSourceOptions,
): Promise<SourceText> {
  signal?.throwIfAborted();
  return decodeSource(await readSmall(path, fileName), fileName);
}

/** @throws {Failure} when the bytes are no text. */
export function decodeSource(bytes: Uint8Array, fileName: string): SourceText {
  const encoding = encodingOf(bytes);
  const source = new SourceText(
    new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes),
    fileName,
  );
  if (!isText(bytes, encoding)) {
    throw source.failureAt(source.text.indexOf("\ufffd"), {
      id: "robot/yaml",
      message: `bytes that are not ${encoding.toUpperCase()}, save the file as UTF-8`,
    });
  }
  return source;
}

async function readSmall(path: string, fileName: string): Promise<Uint8Array> {
  try {
    // Before it is opened: opening a pipe would wait for a writer.
    const facts = await stat(path);
    if (!facts.isFile()) throw unreadable(fileName, "it is no regular file, expected a YAML file");
    if (facts.size > LARGEST) {
      throw unreadable(fileName, "it is larger than 1 MiB, expected a small YAML file");
    }
    return await readFile(path);
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(fileName, error);
  }
}

/** Why a file cannot be read, said by the system or in our own words. */
export function unreadable(fileName: string, met: unknown): Failure {
  const failed = `failed to read ${quote(fileName)}`;
  if (typeof met === "string") return new Failure("robot/unreadable", `${failed}: ${met}`);
  const code = met instanceof Error && "code" in met ? met.code : undefined;
  const cause = { cause: met };
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new Failure("robot/not-found", `${failed}: no such file, check the path`, cause);
  }
  const reason = code === "EACCES" ? "permission denied, make it readable" : messageOf(met);
  return new Failure("robot/unreadable", `${failed}: ${reason}`, cause);
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}

function isText(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
