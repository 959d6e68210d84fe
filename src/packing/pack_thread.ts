import type { Measurement } from "../bytes/mod.ts";
import type { Packing } from "../compression/mod.ts";
import { ContentError } from "./content.ts";
import { environmentEntries, type EnvironmentLayer } from "./environment_layer.ts";
import { LayerFile, type LayerFileFacts, LayerWriteError } from "./layer_file.ts";
import { packLayer } from "./pack_layer.ts";
import type { FoundProgram } from "./program.ts";
import { type RepackedRest, repackRest } from "./repack.ts";
import type { RestoredContent } from "./restored_content.ts";

/** A layer that has been packed. */
export interface PackedLayer {
  readonly packed: LayerFileFacts;
  readonly tar: Measurement;
  /** The programs in it, in the order of their contents. */
  readonly programs: readonly FoundProgram[];
  /** What a restore makes of its contents, where their own hashes do not say so; each once. */
  readonly restored: readonly RestoredContent[];
}

/** A layer of an environment that a worker is to pack. */
export interface PackTask {
  readonly kind: "pack";
  readonly packing: Packing;
  readonly layer: EnvironmentLayer;
  /** An empty file for it. */
  readonly path: string;
}

/** A file that a worker is to pack anew before the layer is known that it is for. */
export interface RepackTask {
  readonly kind: "repack";
  readonly packed: Uint8Array;
  readonly level: number;
}

/** What a worker can be told to do. */
export type WorkerTask = PackTask | RepackTask;

/** What comes of a task. */
export type ResultOf<AnyTask extends WorkerTask> = AnyTask extends PackTask ? PackedLayer
  : RepackedRest;

/** What the worker answers: how far it has come, and once how it ended. */
export type WorkerAnswer =
  | { readonly kind: "progress"; readonly tarBytes: number }
  | { readonly kind: "done"; readonly result: ResultOf<WorkerTask> }
  | {
    readonly kind: "failed";
    readonly message: string;
    readonly content?: { readonly name: string; readonly problem: ContentError["problem"] };
    /** Of a {@linkcode LayerWriteError}. */
    readonly write?: { readonly code: string | undefined };
  };

/** Messages are few, for each wakes the main thread. */
const PROGRESS_BYTES = 4 * 1024 * 1024;

/** Does it, and says so. */
export async function runTask(
  task: WorkerTask,
  answer: (message: WorkerAnswer) => void,
): Promise<void> {
  try {
    const result = task.kind === "pack"
      ? await packTask(task, answer)
      : repackRest(task.packed, task.level);
    answer({ kind: "done", result });
  } catch (error) {
    answer(failed(error as Error));
  }
}

async function packTask(
  { packing, layer, path }: PackTask,
  answer: (message: WorkerAnswer) => void,
): Promise<PackedLayer> {
  let told = 0;
  const packed = await packEnvironmentLayer(layer, {
    packing,
    path,
    onProgress(tarBytes) {
      if (tarBytes - told < PROGRESS_BYTES) return;
      answer({ kind: "progress", tarBytes: tarBytes - told });
      told = tarBytes;
    },
  });
  answer({ kind: "progress", tarBytes: packed.tar.size - told });
  return packed;
}

/** Options of {@linkcode packEnvironmentLayer}. */
export interface PackEnvironmentOptions {
  readonly packing: Packing;
  /** An empty file. */
  readonly path: string;
  readonly onProgress: (tarBytes: number) => void | Promise<void>;
}

/** Packs a layer of an environment, on whichever thread this is. @throws as `packLayer` does. */
export async function packEnvironmentLayer(
  layer: EnvironmentLayer,
  { packing, path, onProgress }: PackEnvironmentOptions,
): Promise<PackedLayer> {
  using file = new LayerFile(path);
  const programs: FoundProgram[] = [];
  const restored = new Map<string, RestoredContent>();
  const tar = await packLayer((last) => environmentEntries(layer, last), {
    packing,
    sink: file,
    onProgram: (program) => void programs.push(program),
    onRestored: (content) => void restored.set(content.digest, content),
    onProgress,
  });
  return { packed: file.finish(), tar, programs, restored: [...restored.values()] };
}

function failed(error: Error): WorkerAnswer {
  const { message } = error;
  if (error instanceof LayerWriteError) {
    return { kind: "failed", message, write: { code: error.code } };
  }
  if (!(error instanceof ContentError)) return { kind: "failed", message };
  const { content: name, problem } = error;
  return { kind: "failed", message, content: { name, problem } };
}

/** The error that a worker has met. */
export function errorOf({ message, content, write }: WorkerAnswer & { kind: "failed" }): Error {
  if (write !== undefined) return new LayerWriteError({ code: write.code, message });
  if (content !== undefined) return new ContentError(content.name, content.problem, message);
  return new Error(message);
}
