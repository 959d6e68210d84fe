import type { Image, StoredBlob } from "../image/mod.ts";
import type { Digest } from "../oci/mod.ts";
import type { Staged } from "./staged_file.ts";

/** Options of {@linkcode Output.write}. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told the number of bytes of each chunk that was written. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Told what became of each blob of a push. */
  readonly onPushed?: ((blob: PushedTo) => void) | undefined;
  /** Told why a document about the image could not be kept beside it. */
  readonly onRefused?: ((problem: string) => void) | undefined;
}

/** A blob that a repository has now. */
export interface PushedTo {
  readonly repository: string;
  readonly digest: Digest;
  readonly size: number;
  /** It was there, another repository had it, or it was sent. */
  readonly how: "exists" | "mounted" | "pushed";
}

/** What an output made. */
export interface Written {
  readonly kind: "layout" | "archive" | "push" | "load";
  /** The folder, file, registry or engine, as the user named it. */
  readonly where: string;
}

/** Options of {@linkcode Output.begin}. */
export interface BeginOptions extends Pick<WriteOptions, "signal"> {
  /** Those layers of the image that are there already. */
  readonly base: readonly StoredBlob[];
}

/** Takes layers of an image that is not there yet. What fails here is tried again by `write`. */
export interface EarlyOutput extends AsyncDisposable {
  take(layer: StoredBlob): void;
}

/** Where an image goes. */
export interface Output {
  /** Checks early for what would fail later. Changes nothing. @throws {Failure} */
  prepare(): Promise<void>;
  /**
   * Begins to take layers while others are packed, where `write` would have to move their bytes: until
   * the result is disposed of, which is to be after `write`.
   *
   * @param from The folder that the layers are in.
   */
  begin?(from: string, options: BeginOptions): Promise<EarlyOutput | undefined>;
  /**
   * Writes the image whole or not at all, where one step makes it appear: but for that step. What
   * was there before stays until the commit.
   *
   * @throws {Failure}
   */
  stage?(image: Image, options?: WriteOptions): Promise<StagedImage>;
  /** Writes the image whole or not at all. @throws {Failure} */
  write(image: Image, options?: WriteOptions): Promise<readonly Written[]>;
}

/** An image that is written, but for what makes it appear. */
export interface StagedImage extends Staged {
  readonly written: readonly Written[];
}

/** `write` of an output that stages. */
export async function writeStaged(staging: Promise<StagedImage>): Promise<readonly Written[]> {
  await using staged = await staging;
  await staged.commit();
  return staged.written;
}

/** Begins wherever it can be begun, until disposed of. */
export async function beginAll(
  outputs: readonly Output[],
  from: string,
  options: BeginOptions,
): Promise<EarlyOutput> {
  const stack = new AsyncDisposableStack();
  const begun: EarlyOutput[] = [];
  for (const output of outputs) {
    const early = await output.begin?.(from, options);
    if (early !== undefined) begun.push(stack.use(early));
  }
  return {
    take: (layer) => begun.forEach((early) => early.take(layer)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/**
 * Writes to each in turn, first what can be taken back. Nothing takes the place of what was there
 * before the commit, and that comes when all else has been done.
 */
export async function stageAll(
  outputs: readonly Output[],
  image: Image,
  options: WriteOptions = {},
): Promise<StagedImage> {
  await using begun = new AsyncDisposableStack();
  const written = new Map<Output, readonly Written[]>();
  const staged: StagedImage[] = [];
  for (const output of outputs) {
    if (output.stage === undefined) continue;
    const one = begun.use(await output.stage(image, options));
    staged.push(one);
    written.set(output, one.written);
  }
  for (const output of outputs) {
    if (output.stage === undefined) written.set(output, await output.write(image, options));
  }
  const stack = begun.move();
  return {
    written: outputs.flatMap((output) => written.get(output)!),
    async commit() {
      for (const one of staged) await one.commit();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
