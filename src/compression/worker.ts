/**
 * Packs pieces in a thread of its own: the zlib of the runtime blocks the thread that calls it.
 *
 * The worker is this very module, or the single file that the program is bundled into, told apart
 * from the main thread by `DedicatedWorkerGlobalScope`.
 */
import { setFlagsFromString } from "node:v8";
import { ContentError } from "./content.ts";
import { packPiece, PieceMemory } from "./pack_piece.ts";
import type { Packing } from "./packing.ts";
import type { Piece } from "./piece.ts";
import { release } from "./release.ts";
import type { FoundProgram } from "./program.ts";
import { type FilledSlot, type SharedSlots, SlotWriter } from "./slots.ts";

/** What the main thread says. */
export type WorkerRequest =
  | { readonly kind: "start"; readonly slots: SharedSlots; readonly packing: Packing }
  | { readonly kind: "piece"; readonly parts: Piece["parts"] };

/** What the worker answers: for each piece its bytes, in slots, what is among it, and then its end. */
export type WorkerAnswer =
  | { readonly kind: "slot"; readonly filled: FilledSlot }
  | { readonly kind: "program"; readonly program: FoundProgram }
  | { readonly kind: "end" }
  | {
    readonly kind: "failed";
    readonly content?: { readonly name: string; readonly problem: ContentError["problem"] };
    readonly message: string;
    /** Whether it is the worker itself that is no more. */
    readonly ended?: boolean;
  };

/** Starts a worker that packs pieces. */
export function startWorker(packing: Packing, slots: SharedSlots): Worker {
  setFlagsFromString(`--max-semi-space-size=${YOUNG_MEBIBYTES}`);
  const worker = new Worker(import.meta.url, { type: "module", name: "pack" });
  worker.postMessage({ kind: "start", slots, packing } satisfies WorkerRequest);
  return worker;
}

/**
 * What a worker makes it drops at once: more room for young objects would only be filled up. Told to
 * V8 it holds for the threads that are started after that.
 */
const YOUNG_MEBIBYTES = 1;

if ("DedicatedWorkerGlobalScope" in globalThis) {
  serve(globalThis as unknown as DedicatedWorkerGlobalScope);
}

function serve(scope: DedicatedWorkerGlobalScope): void {
  let slots: SlotWriter | undefined;
  let packing: Packing | undefined;
  const memory = new PieceMemory();
  let work = Promise.resolve();

  function answer(message: WorkerAnswer): void {
    scope.postMessage(message);
  }

  async function pack(parts: Piece["parts"]): Promise<void> {
    try {
      await packPiece(parts, { packing: packing!, memory }, {
        tar: (bytes) => slots!.write("tar", bytes),
        packed: (bytes) => slots!.write("packed", bytes),
        program: (program) => answer({ kind: "program", program }),
      });
      slots!.flush();
      for (const part of parts) if (part.kind === "bytes") release(part.bytes);
      answer({ kind: "end" });
    } catch (error) {
      answer({
        kind: "failed",
        message: (error as Error).message,
        ...(error instanceof ContentError
          ? { content: { name: error.content, problem: error.problem } }
          : {}),
      });
    }
  }

  scope.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
    if (data.kind === "start") {
      slots = new SlotWriter(data.slots, (filled) => answer({ kind: "slot", filled }));
      packing = data.packing;
    } else {
      work = work.then(() => pack(data.parts));
    }
  };
}
