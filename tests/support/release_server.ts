import { createHash } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { type LoopbackServer, serveHttp } from "./loopback.ts";

/** How the release server answers to a request for the rcc. */
export type ReleaseBehaviour =
  | "good"
  /** No such release. */
  | "missing"
  /** Elsewhere, as GitHub has it. */
  | "redirected"
  /** The connection breaks in the middle. */
  | "truncated"
  /** Good when asked again. */
  | "truncated once"
  /** Some other program. */
  | "script"
  /** In pieces, with pauses. */
  | "slow"
  /** Nothing at all, the connection stays. */
  | "silent"
  /** Broken for now. */
  | "failing"
  /** It never ends, and nothing says how long it is. */
  | "endless"
  /** As long as its header says: too long for any rcc. */
  | "huge";

/** A host that has one release of rcc, at `/<version>/rcc-linux64`. */
export interface ReleaseServer extends LoopbackServer {
  /** For `RCC_OCI_RCC_URL`. */
  readonly template: string;
  /** Of the good file. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
  /** The paths that were asked for. */
  readonly requests: readonly string[];
  /** What they brought to be let in; empty for nothing. */
  readonly authorizations: readonly string[];
}

/** Options of {@linkcode serveRelease}. */
export interface ReleaseOptions {
  readonly behaviour?: ReleaseBehaviour;
  /** What `rcc-linux64.sha256` says; it is not there by default. */
  readonly checksum?: string;
  /** What `SHA256SUMS` says; it is not there by default. */
  readonly checksums?: string;
  /** How both are answered in the stead of that: a status, or a connection that drops. */
  readonly checksumAnswer?: number | "dropped";
}

/** Serves a release, well or badly. */
export async function serveRelease(options: ReleaseOptions = {}): Promise<ReleaseServer> {
  const { behaviour = "good", checksum, checksums, checksumAnswer } = options;
  const elf = standInElf("This stands in for rcc.\n");
  const bytes = new Uint8Array(300_000);
  bytes.set(elf);
  const requests: string[] = [];
  const authorizations: string[] = [];
  const files: Readonly<Record<string, string | undefined>> = {
    "rcc-linux64.sha256": checksum,
    "SHA256SUMS": checksums,
  };
  const listener: RequestListener = async ({ url = "", headers }, response) => {
    requests.push(url);
    authorizations.push(headers.authorization ?? "");
    const name = url.split("/").at(-1)!;
    if (name in files) {
      if (checksumAnswer === "dropped") return void response.destroy();
      return sendText(response, files[name], checksumAnswer);
    }
    if (url.startsWith("/elsewhere/")) return void response.end(bytes);
    const isFirst = requests.filter((asked) => asked === url).length === 1;
    await answer(response, { behaviour, bytes, isFirst });
  };
  const server = await serveHttp(listener);
  return {
    ...server,
    template: `${server.url.href}{version}/rcc-linux64`,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes,
    requests,
    authorizations,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function sendText(response: ServerResponse, text: string | undefined, status?: number): void {
  response.statusCode = status ?? (text === undefined ? 404 : 200);
  response.end(text);
}

interface Answer {
  readonly behaviour: ReleaseBehaviour;
  readonly bytes: Uint8Array;
  readonly isFirst: boolean;
}

async function answer(
  response: ServerResponse,
  { behaviour, bytes, isFirst }: Answer,
): Promise<void> {
  const isTruncated = behaviour === "truncated" || (behaviour === "truncated once" && isFirst);
  if (behaviour === "missing" || behaviour === "failing") {
    response.statusCode = behaviour === "missing" ? 404 : 503;
    response.end("none");
  } else if (behaviour === "redirected") {
    response.writeHead(302, { location: "/elsewhere/file" }).end();
  } else if (behaviour === "script") {
    response.end("#!/bin/sh\necho no rcc\n");
  } else if (behaviour === "silent") {
    response.writeHead(200, { "content-length": String(bytes.length) });
    response.write(bytes.subarray(0, 1000));
  } else if (behaviour === "endless") {
    const more = () => {
      while (!response.destroyed && response.write(bytes));
    };
    response.on("drain", more);
    more();
  } else if (behaviour === "huge") {
    response.writeHead(200, { "content-length": String(2 ** 40) });
    response.write(bytes);
  } else if (isTruncated) {
    response.writeHead(200, { "content-length": String(bytes.length) });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  } else if (behaviour === "slow") {
    response.writeHead(200, { "content-length": String(bytes.length) });
    for (let at = 0; at < bytes.length; at += 50_000) {
      response.write(bytes.subarray(at, at + 50_000));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    response.end();
  } else {
    response.end(bytes);
  }
}
