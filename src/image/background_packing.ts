import { concurrently, unlessAborted } from "../bytes/mod.ts";
import type { Packer } from "../packing/mod.ts";
import type { EnvironmentLayerPlan, LayerPlan } from "../plan/mod.ts";
import type { WrittenLayer } from "./layer.ts";
import { writeLayer, type WriteLayerOptions } from "./write_layer.ts";

/**
 * Packs layers of an environment into the cache while the build is still being checked: what has been
 * packed when a check refuses the build is there for the next one.
 */
export class BackgroundPacking implements AsyncDisposable {
  readonly #options: Pick<WriteLayerOptions, "cache" | "packer">;
  readonly #signal: AbortSignal;
  readonly #abandoned = new AbortController();
  readonly #begun = new Map<string, Promise<WrittenLayer>>();
  #work: Promise<void> = Promise.resolve();
  /** Packed while nobody followed, in bytes of tar. */
  #untold = 0;
  #onProgress: WriteLayerOptions["onProgress"];

  constructor(
    { signal, ...options }: Pick<WriteLayerOptions, "cache" | "packer"> & {
      readonly signal: AbortSignal;
    },
  ) {
    this.#options = options;
    this.#signal = AbortSignal.any([signal, this.#abandoned.signal]);
  }

  /** Begins with all of them. What fails is told by {@linkcode take}. */
  begin(plans: readonly EnvironmentLayerPlan[]): void {
    const { packer } = this.#options;
    const layers = new Map(
      inPackingOrder(plans).map((plan) => [plan, Promise.withResolvers<WrittenLayer>()]),
    );
    for (const [{ key }, { promise }] of layers) {
      promise.catch(() => {}); // Perhaps nobody takes it.
      this.#begun.set(key, promise);
    }
    this.#work = concurrently(
      [...layers],
      { limit: layersAtOnce(packer), signal: this.#signal },
      async ([plan, { resolve }], signal) => {
        const onProgress = (bytes: number) => this.#add(bytes);
        resolve(await writeLayer(plan, { ...this.#options, signal, onProgress }));
      },
    ).catch((error) => {
      for (const { reject } of layers.values()) reject(error);
    });
  }

  /** Whether the layer is being packed, or has been. */
  has({ key }: Pick<LayerPlan, "key">): boolean {
    return key !== undefined && this.#begun.has(key);
  }

  /** The layer, once, when it is being packed. Rejects as `writeLayer` does, or when aborted. */
  take(
    { key }: Pick<LayerPlan, "key">,
    { signal }: Pick<WriteLayerOptions, "signal">,
  ): Promise<WrittenLayer> | undefined {
    const begun = key === undefined ? undefined : this.#begun.get(key);
    if (begun === undefined) return undefined;
    this.#begun.delete(key!);
    return unlessAborted(begun, signal);
  }

  /** Tells how many bytes of tar were packed that nobody was told of, and from now on of each that follow. */
  follow(onProgress: (bytes: number) => void): void {
    onProgress(this.#untold);
    this.#untold = 0;
    this.#onProgress = onProgress;
  }

  /** Stops what nobody has waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#abandoned.abort();
    await this.#work;
  }

  #add(bytes: number): void {
    if (this.#onProgress === undefined) this.#untold += bytes;
    else this.#onProgress(bytes);
  }
}

/** One more than there are workers: its list of files is made while they are at work. */
export function layersAtOnce({ jobs }: Pick<Packer, "jobs">): number {
  return jobs + 1;
}

/** The largest first, so that all workers end at about the same time. */
export function inPackingOrder(
  plans: readonly EnvironmentLayerPlan[],
): readonly EnvironmentLayerPlan[] {
  return plans.toSorted((a, b) => b.size - a.size);
}
