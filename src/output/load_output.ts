import type { Image } from "../image/mod.ts";
import type { Digest } from "../oci/mod.ts";
import { archiveBytes } from "./archive_output.ts";
import { type Engine, runEngine } from "./engine.ts";
import { hasImage, layersThere } from "./layers_there.ts";
import type { Output, WriteOptions } from "./output.ts";

/** Options of {@linkcode loadOutput}. */
export interface LoadOutputOptions {
  /** How long the engine may take to say that it is there, 30 s by default. */
  readonly limitMs?: number;
  /** How long it may neither take nor say anything, 10 minutes by default: it unpacks in silence. */
  readonly idleTimeoutMs?: number;
}

/**
 * Streams the image into an engine: without the layers that it has, and whole where it does not take
 * it so.
 */
export function loadOutput(
  engine: Engine,
  { limitMs = 30_000, idleTimeoutMs = 600_000 }: LoadOutputOptions = {},
): Output {
  return {
    async prepare() {
      await runEngine(["version"], { engine, failed: "use", cure: "start it", limitMs });
    },
    async write(image, options = {}) {
      const { signal } = options;
      const written = [{ kind: "load", where: engine }] as const;
      const without = await layersThere(image, { engine, limitMs, signal });
      if (without.size > 0) {
        const work = { engine, idleTimeoutMs, without, signal };
        const isLoaded = await load(image, work).then(() => true, () => false);
        signal?.throwIfAborted();
        if (isLoaded && await hasImage(image, { engine, limitMs, signal })) {
          options.onProgress?.(sizeOf(image));
          return written;
        }
      }
      await load(image, { ...options, engine, idleTimeoutMs });
      return written;
    },
  };
}

interface LoadOptions extends WriteOptions {
  readonly engine: Engine;
  readonly idleTimeoutMs: number;
  readonly without?: ReadonlySet<Digest>;
}

async function load(
  image: Image,
  { engine, idleTimeoutMs, without, signal, onProgress }: LoadOptions,
): Promise<void> {
  async function* input() {
    const options = { signal, ...(without === undefined ? {} : { without }) };
    for await (const chunk of archiveBytes(image, options)) {
      onProgress?.(chunk.length);
      yield chunk;
    }
  }
  const words = { failed: "load into", cure: "fix that" };
  await runEngine(["load"], { engine, ...words, input: input(), idleTimeoutMs, signal });
}

function sizeOf({ layers }: Image): number {
  return layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}
