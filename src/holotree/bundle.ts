/**
 * RCC's bundle of a robot: a Python file that says how to run it, and behind it a zip archive of the
 * robot's folder and of a hololib.zip with its environment. rcc unpacks it before it runs it, so we
 * do too.
 */
import { Buffer } from "node:buffer";
import { closeSync, createReadStream, createWriteStream, fstatSync, openSync } from "node:fs";
import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { Failure, messageOf } from "../failure/mod.ts";
import { OWN_TMPDIR, temporaryFolder, writing } from "../files/mod.ts";
import { inSlices } from "./slices.ts";
import { readZipDirectory, type ZipEntry } from "./zip_directory.ts";
import { findZipStart } from "./zip_end.ts";
import { readerOf } from "./zip_reader.ts";

/** The robot of a bundle, in a temporary folder until it is disposed of. */
export interface UnpackedBundle extends AsyncDisposable {
  /** The robot's folder, named as the bundle is, with the hololib.zip beside robot.yaml. */
  readonly robot: string;
}

/** Options of {@linkcode unpackBundle}. */
export interface UnpackBundleOptions {
  readonly signal?: AbortSignal | undefined;
}

const ROBOT = "robot/";
const LIBRARY = "hololib/hololib.zip";

/**
 * Unpacks what `rcc robot bundle` made. @returns Nothing for any other file, and for a folder.
 *
 * @throws {Failure} when it is damaged, harmful, or an archive of something else.
 */
export async function unpackBundle(
  path: string,
  { signal }: UnpackBundleOptions = {},
): Promise<UnpackedBundle | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) return undefined;
  const archive = await readArchive(path, signal);
  if (archive === undefined) return undefined;
  const files = filesOf(archive.entries, path);
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder("rcc-oci-bundle-"));
  const robot = join(folder.path, basename(path, extname(path)));
  for (const [name, entry] of files) {
    signal?.throwIfAborted();
    const to = join(robot, name);
    await writing(folder.path, async () => {
      await mkdir(dirname(to), { recursive: true });
      await unpack(entry, { path, start: archive.start, to, signal });
    }, OWN_TMPDIR).catch((error) => {
      signal?.throwIfAborted();
      throw error instanceof Failure ? error : unusable(path, error);
    });
  }
  const kept = stack.move();
  return { robot, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

interface Archive {
  /** Where it begins in the file. */
  readonly start: number;
  readonly entries: readonly ZipEntry[];
}

/** What rcc writes between the program and the archive. */
const MARK = "===RCC_PAYLOAD_START===";
const HEAD_BYTES = 4096;

/** @returns Nothing when nothing says that the file has an archive. */
async function readArchive(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Archive | undefined> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined; // Who reads it as a robot.yaml says why it cannot be read.
  }
  try {
    const { size } = fstatSync(file);
    const readAt = readerOf(file);
    const head = new TextDecoder("latin1").decode(readAt(0, Math.min(size, HEAD_BYTES)));
    if (!head.includes(MARK) && !head.startsWith("PK\x03\x04")) return undefined;
    const start = findZipStart(size, readAt);
    const steps = readZipDirectory(size - start, readerOf(file, start));
    return { start, entries: await inSlices(steps, { signal }) };
  } catch (error) {
    signal?.throwIfAborted();
    throw unusable(path, error);
  } finally {
    closeSync(file);
  }
}

/** What is unpacked, by its path in the robot's folder. */
function filesOf(entries: readonly ZipEntry[], path: string): ReadonlyMap<string, ZipEntry> {
  const files = new Map<string, ZipEntry>();
  for (const entry of entries) {
    if (entry.packing === "other") {
      throw unusable(path, `its "${entry.name}" is packed in a way that rcc does not know`);
    }
    // rcc runs the robot with a hololib.zip of its own, where it has one.
    if (entry.name === LIBRARY && !files.has("hololib.zip")) files.set("hololib.zip", entry);
    if (entry.name.startsWith(ROBOT)) files.set(nameOf(entry.name.slice(ROBOT.length)), entry);
  }
  if (files.has("robot.yaml")) return files;
  throw unusable(path, `it is a zip archive without "${ROBOT}robot.yaml"`);
}

/** Names are UTF-8, whatever flag says so. */
function nameOf(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString();
}

interface UnpackOptions extends UnpackBundleOptions {
  readonly path: string;
  readonly start: number;
  readonly to: string;
}

async function unpack(entry: ZipEntry, { path, start, to, signal }: UnpackOptions): Promise<void> {
  const { name, packing, size, unpackedSize, crc32: expected } = entry;
  if (size === 0) return await writeFile(to, "");
  let count = 0;
  let crc = 0;
  let head = "";
  async function* checked(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      if (head.length < 4) head += Buffer.from(chunk.subarray(0, 4)).toString("latin1");
      count += chunk.length;
      if (count > unpackedSize) break;
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (count !== unpackedSize || crc !== expected) {
      throw new SyntaxError(`its ${JSON.stringify(nameOf(name))} is damaged`);
    }
  }
  const offset = start + entry.offset;
  const stored = createReadStream(path, { start: offset, end: offset + size - 1 });
  const options = signal === undefined ? {} : { signal };
  const file = createWriteStream(to, { flags: "wx" });
  if (packing === "none") await pipeline(stored, checked, file, options);
  else await pipeline(stored, createInflateRaw(), checked, file, options);
  // A bundle has no modes: what Linux can execute is meant to be.
  if (/^(?:#!|\x7fELF)/.test(head)) await chmod(to, 0o755);
}

function unusable(path: string, met: unknown): Failure {
  const what = typeof met === "string" ? met : messageOf(met);
  return new Failure(
    "robot/bundle",
    `failed to read bundle "${path}": ${what}, make it again with \`rcc robot bundle\`, or name ` +
      "a robot.yaml or its folder",
    { cause: met },
  );
}
