import { Buffer } from "node:buffer";
import { openListed } from "../files/mod.ts";

/** What the first bytes of a file tell about it. */
export interface FileHead {
  /** The program behind `#!` with its argument, `/usr/bin/env python`. */
  readonly interpreter?: string;
  /** Whether the `#!` line ends in `\r\n`: Linux then looks for an interpreter named `python\r`. */
  readonly hasCarriageReturn: boolean;
  /** Whether Linux can execute the file: a script with `#!`, or an ELF binary. */
  readonly isProgram: boolean;
  /** What of this program's own results it may be, by how it begins. */
  readonly result?: EarlyResult;
}

/** What this program writes: an image archive, a build context's Dockerfile, a page, and JSON. */
export type EarlyResult = "archive" | "context" | "report" | "metadata";

/** In bytes: as much as Linux reads of a file to learn how to execute it. */
const HEAD_SIZE = 256;

/** Reads the first bytes of a regular file. Throws what the system throws. */
export async function readFileHead(path: string): Promise<FileHead> {
  const file = await openListed(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
    return describeHead(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Looks at the first bytes of a file, at most 256 of them. */
export function describeHead(bytes: Uint8Array): FileHead {
  const text = new TextDecoder("latin1").decode(bytes);
  const shebang = /^#!([^\n]*)/.exec(text)?.[1];
  const interpreter = shebang?.trim() ?? "";
  const result = BEGINNINGS.find(([, beginning]) => beginning.test(text))?.[0];
  return {
    ...(interpreter === "" ? {} : { interpreter }),
    hasCarriageReturn: /^#![^\n]*\r\n/.test(text),
    isProgram: shebang !== undefined || text.startsWith("\x7fELF"),
    ...(result === undefined ? {} : { result }),
  };
}

const BEGINNINGS: readonly (readonly [EarlyResult, RegExp])[] = [
  ["archive", /^index\.json\0/],
  ["context", /^# Robot "[^\n]*", laid out by rcc-oci /],
  [
    "report",
    /^<!DOCTYPE html>\n<html lang="en">\n<head>\n[^]*<meta name="generator" content="rcc-oci"/,
  ],
  ["metadata", /^\{"imageDigest":"sha256:[0-9a-f]{64}","tags":\[/],
];
