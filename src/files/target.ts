import { constants } from "node:fs";
import { lstat, open, readlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Where bytes are to go that somebody named by a path. */
export type Target =
  /** A file that is made, or takes the place of the one that is there. */
  | { readonly kind: "file"; readonly path: string }
  /** What takes bytes as they come: a pipe, a device such as /dev/null, an open descriptor. */
  | { readonly kind: "stream"; readonly path: string; readonly descriptor: number | undefined }
  /** What can be neither, and what it is. */
  | { readonly kind: "other"; readonly path: string; readonly found: string };

/** Names standard output, as programs agree on. */
const STDOUT = "-";
const STANDARD: ReadonlyMap<string, number> = new Map([["/dev/stdout", 1], ["/dev/stderr", 2]]);
const DESCRIPTOR = /^\/(?:dev|proc\/self|proc\/thread-self)\/fd\/(\d+)$/;
const MOST_LINKS = 40;

/**
 * What is at a path, links followed as far as a descriptor or the end. A link to a file is no stream:
 * a file takes its place.
 *
 * @throws The system's error when that cannot be determined.
 */
export async function findTarget(name: string): Promise<Target> {
  if (name === STDOUT) return { kind: "stream", path: name, descriptor: 1 };
  const path = resolve(name);
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const descriptor = descriptorOf(at);
    if (descriptor !== undefined) return { kind: "stream", path, descriptor };
    const facts = await lstat(at).catch((error) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (facts === undefined || facts.isFile()) return { kind: "file", path };
    if (facts.isFIFO() || facts.isCharacterDevice()) {
      return { kind: "stream", path: at, descriptor: undefined };
    }
    if (!facts.isSymbolicLink()) {
      const found = facts.isDirectory() ? "a folder" : facts.isSocket() ? "a socket" : "a device";
      return { kind: "other", path, found };
    }
    at = resolve(dirname(at), await readlink(at));
  }
  return { kind: "other", path, found: "a link that leads in a circle" };
}

function descriptorOf(path: string): number | undefined {
  const [, digits] = DESCRIPTOR.exec(path) ?? [];
  return digits === undefined ? STANDARD.get(path) : Number(digits);
}

/** Takes bytes in their order; each is gone when its writing is over. */
export interface OpenedStream extends Disposable {
  write(bytes: Uint8Array): Promise<void>;
}

/** Opens a stream. @throws The system's error; `ENXIO` for a pipe that nobody reads. */
export async function openStream(
  { path, descriptor }: Target & { readonly kind: "stream" },
): Promise<OpenedStream> {
  const { file, [Symbol.dispose]: dispose } = await openWriter(path, descriptor);
  return {
    async write(bytes) {
      for (let offset = 0; offset < bytes.length;) {
        offset += await file.write(bytes.subarray(offset));
      }
    },
    [Symbol.dispose]: dispose,
  };
}

type Writer = Pick<Deno.FsFile, "write">;

async function openWriter(
  path: string,
  descriptor: number | undefined,
): Promise<Disposable & { readonly file: Writer }> {
  const own = descriptor === 1 ? Deno.stdout : descriptor === 2 ? Deno.stderr : undefined;
  if (own !== undefined && !await isPipe(descriptor!)) {
    return { file: own, [Symbol.dispose]() {} };
  }
  // Deno keeps a part of a line to itself when a pipe that does not block says "later": one that was
  // opened anew blocks.
  const place = descriptor === undefined ? path : `/dev/fd/${descriptor}`;
  // To open a pipe waits until somebody reads it, unless it is not to block: held until it is open.
  const isNamed = descriptor === undefined && await isPipe(path);
  await using _held = isNamed ? await open(path, constants.O_WRONLY | constants.O_NONBLOCK) : null;
  const file = await Deno.open(place, { write: true });
  return { file, [Symbol.dispose]: () => file.close() };
}

async function isPipe(at: number | string): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const path = typeof at === "number" ? `/dev/fd/${at}` : at;
  return await Deno.stat(path).then(({ isFifo }) => isFifo === true, () => false);
}
