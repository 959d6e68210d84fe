import type { Measurement } from "../bytes/mod.ts";
import { canSplice, decompressing, isGzip, type Packing } from "../compression/mod.ts";
import { type TarEntry, tarSegments } from "../tar/mod.ts";
import { ContentVerifier } from "./check.ts";
import { type Content, ContentError, type DecodedContent, type StoredContent } from "./content.ts";
import { ContentReader, type OpenedContent } from "./content_reader.ts";
import { decodeInSteps } from "./decode_stored.ts";
import type { PackedContent } from "./environment_layer.ts";
import { LayerWriteError } from "./layer_file.ts";
import { LayerTar, type PackedSink } from "./layer_tar.ts";
import { PatchError, Patching } from "./patch.ts";
import type { FoundProgram } from "./program.ts";
import { ProgramInspection } from "./program_inspection.ts";
import { type RestoredContent, restoredHash } from "./restored_content.ts";

/** Options of {@linkcode packLayer}. */
export interface PackLayerOptions {
  readonly packing: Packing;
  /** Where the packed bytes go. */
  readonly sink: PackedSink;
  /** Told of each program among the content that is decoded. */
  readonly onProgram?: ((program: FoundProgram) => void) | undefined;
  /** Told what a restore makes of content, where its expected hash does not say so. */
  readonly onRestored?: ((content: RestoredContent) => void) | undefined;
  /** Called after every content and now and then between: with how much of the tar there is. */
  readonly onProgress?: ((tarBytes: number) => void | Promise<void>) | undefined;
}

/**
 * Packs a whole layer in one pass: content is read, checked, hashed and packed as it streams by. No
 * content is ever in memory as a whole.
 *
 * @param entriesOf Makes the entries one by one, given what the last content turned out to be.
 * @returns What the tar was.
 * @throws {ContentError} when content is damaged or cannot be read: what the sink was given must not
 * be used then.
 */
export async function packLayer(
  entriesOf: (last: Readonly<PackedContent>) => Iterable<TarEntry<Content>>,
  { packing, sink, onProgress, ...found }: PackLayerOptions,
): Promise<Measurement> {
  const last: PackedContent = { beginsAsGzip: false };
  const tar = new LayerTar(packing, sink);
  const packer = new ContentPacker(tar, last, found);
  for (const segment of tarSegments(entriesOf(last))) {
    if (segment instanceof Uint8Array) tar.add(segment);
    else if (segment.kind === "bytes") tar.add(segment.bytes);
    else {
      const work = packer.pack(segment);
      if (work !== undefined) await work;
    }
    const pause = onProgress?.(tar.size);
    if (pause !== undefined) await pause;
  }
  return tar.finish();
}

type Listeners = Pick<PackLayerOptions, "onProgram" | "onRestored">;

/** Packs one content after the other, in memory that is used again. */
class ContentPacker {
  readonly #tar: LayerTar;
  readonly #last: PackedContent;
  readonly #listeners: Listeners;
  readonly #reader = new ContentReader();

  constructor(tar: LayerTar, last: PackedContent, listeners: Listeners) {
    this.#tar = tar;
    this.#last = last;
    this.#listeners = listeners;
  }

  /** Waits for nothing, but for zstd and for the rare program that must be read again. */
  pack(content: StoredContent | DecodedContent): Promise<void> | void {
    try {
      const work = content.kind === "decoded"
        ? this.#packDecoded(content)
        : this.#packStored(content);
      return work?.catch((error) => {
        throw asContentError(content.name, error);
      });
    } catch (error) {
      throw asContentError(content.name, error);
    }
  }

  /** The stored bytes go into the tar as they are; what they are when decoded is tried on the side. */
  #packStored({ stored, expected }: StoredContent): Promise<void> | void {
    const tar = this.#tar;
    const opened = this.#reader.open(stored);
    const close = () => opened[Symbol.dispose]();
    if (expected === undefined) {
      return eachStep(opened, false, (bytes) => tar.add(bytes), close);
    }
    opened.watch((bytes) => tar.add(bytes));
    const check = new ContentVerifier(expected);
    return eachStep(
      opened,
      expected.decode,
      (bytes) => check.update(bytes),
      close,
      () => check.finish(),
    );
  }

  #packDecoded({ stored, expected, patch }: DecodedContent): Promise<void> | void {
    const tar = this.#tar;
    const last = this.#last;
    const opened = this.#reader.open(stored);
    const isSpliced = patch === undefined && expected.decode &&
      canSplice(opened.codec, stored.unpackedSize, tar.packing);
    if (isSpliced) {
      tar.beginSplice();
      opened.watch((bytes) => tar.splicePacked(bytes));
    }
    const check = new ContentVerifier(expected);
    const inspection = new ProgramInspection(expected, this.#listeners.onProgram);
    const patching = patch && new Patching(patch);
    const { onRestored } = this.#listeners;
    const restored = onRestored && restoredHash(expected, patch);
    last.beginsAsGzip = false;
    let position = 0;
    return eachStep(
      opened,
      expected.decode,
      (bytes) => {
        if (position === 0) last.beginsAsGzip = isGzip(bytes);
        check.update(bytes);
        inspection.update(bytes);
        const content = patching === undefined ? bytes : patching.apply(bytes, position);
        restored?.update(content);
        if (isSpliced) tar.spliceContent(content);
        else tar.add(content);
        position += bytes.length;
      },
      () => opened[Symbol.dispose](),
      () => {
        check.finish();
        patching?.finish();
        if (restored !== undefined) {
          onRestored!({ digest: expected.check.hex, sha256: restored.digest("hex") });
        }
        return inspection.finish(() => decodeInSteps(stored, expected));
      },
    );
  }
}

/** Calls for each step of the content, then once at its end. A promise for zstd alone. */
function eachStep(
  opened: OpenedContent,
  decode: boolean,
  take: (bytes: Uint8Array) => void,
  close: () => void,
  finish: () => Promise<void> | void = () => {},
): Promise<void> | void {
  if (decode && opened.codec === "zstd") {
    return eachZstdStep(opened, take).then(finish).finally(close);
  }
  try {
    for (const bytes of decode && opened.codec === "gzip" ? opened.gunzip() : opened.raw()) {
      take(bytes);
    }
  } finally {
    close();
  }
  return finish();
}

async function eachZstdStep(
  opened: OpenedContent,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const packed = ReadableStream.from(copies(opened.raw()));
  for await (const bytes of decompressing("zstd", packed)) take(bytes);
}

/** For those who look at a step when the next has been read already. */
function* copies(steps: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const bytes of steps) yield bytes.slice();
}

/**
 * What the user can do differs: wrong bytes are the library's, unreadable ones the machine's, and
 * what does not stand at its place is the catalog's.
 */
function asContentError(name: string, error: unknown): Error {
  if (error instanceof LayerWriteError) return error;
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof PatchError) return new ContentError(name, "unpatchable", message);
  const isSystemError = code !== undefined && /^E[A-Z]+$/.test(code);
  return new ContentError(name, isSystemError ? "unreadable" : "damaged", message);
}
