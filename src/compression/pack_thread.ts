import { ContentError } from "./content.ts";
import { packPiece, PiecePacking } from "./pack_piece.ts";
import type { Packing } from "./packing.ts";
import { dropParts, type Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";
import { release } from "./release.ts";
import { DistantReader, type SharedRing } from "./ring.ts";
import { type FilledSlot, type SharedSlots, SlotWriter } from "./slots.ts";
import { TarRing } from "./tar_ring.ts";

/** What a worker that packs is told. */
export type PackThreadMessage =
  | {
    readonly task: "pack";
    readonly kind: "start";
    readonly packing: Packing;
    /** Where bytes of the tar go, in a ring that another thread reads. */
    readonly memory: WebAssembly.Memory;
    readonly counts: SharedRing["counts"];
    /** Where packed bytes go. */
    readonly packed: SharedSlots;
  }
  | {
    readonly task: "pack";
    readonly kind: "piece";
    readonly parts: Piece["parts"];
    readonly size: Piece["size"];
  };

/**
 * What the worker answers, with each slot that it has filled and once more at each piece's end:
 * messages are few, for each wakes the main thread.
 */
export type PackThreadAnswer =
  | {
    readonly kind: "packed";
    readonly filled: FilledSlot | undefined;
    /** How many bytes of the tar were written since the last answer of this kind. */
    readonly tarBytes: number;
    /** Programs that were met since then. */
    readonly programs: readonly FoundProgram[];
    readonly isEnd: boolean;
  }
  | {
    readonly kind: "failed";
    readonly content?: { readonly name: string; readonly problem: ContentError["problem"] };
    readonly message: string;
    /** Whether it is the worker itself that is no more. */
    readonly ended?: boolean;
  };

/** Packs pieces, one after the other, and says so. */
export function packThread(
  answer: (message: PackThreadAnswer) => void,
): (message: PackThreadMessage) => void {
  let thread: PackThread | undefined;
  let work = Promise.resolve();
  return (message) => {
    if (message.kind === "start") thread = new PackThread(message, answer);
    else work = work.then(() => thread!.pack(message));
  };
}

class PackThread {
  readonly #answer: (message: PackThreadAnswer) => void;
  readonly #own: PiecePacking;
  readonly #packed: SlotWriter;
  /** How many bytes of the tar the main thread knows of, and which programs it does not. */
  #toldBytes = 0;
  #programs: FoundProgram[] = [];

  constructor(
    { packing, memory, counts, packed }: PackThreadMessage & { kind: "start" },
    answer: (message: PackThreadAnswer) => void,
  ) {
    this.#answer = answer;
    const tar = new TarRing(memory, new DistantReader(counts));
    this.#own = new PiecePacking(packing, tar);
    this.#packed = new SlotWriter(packed, (filled) => this.#tell(filled, false));
  }

  async pack({ parts, size }: PackThreadMessage & { kind: "piece" }): Promise<void> {
    const { tar } = this.#own;
    const start = tar.written;
    try {
      await packPiece(parts, this.#own, {
        packed: (bytes) => this.#packed.write(bytes),
        program: (program) => void this.#programs.push(program),
      });
      // Who hashes the tar waits for so many.
      const found = tar.written - start >>> 0;
      if (found !== size % 2 ** 32) {
        throw new RangeError(`expected ${size} bytes of tar, found ${found}`);
      }
      tar.flush();
      this.#tell(this.#packed.end(), true);
      for (const part of parts) if (part.kind === "bytes") release(part.bytes);
      dropParts({ parts });
    } catch (error) {
      this.#answer(failed(error as Error));
    }
  }

  #tell(filled: FilledSlot | undefined, isEnd: boolean): void {
    const { written } = this.#own.tar;
    const tarBytes = written - this.#toldBytes >>> 0;
    this.#answer({ kind: "packed", filled, tarBytes, programs: this.#programs, isEnd });
    this.#toldBytes = written;
    this.#programs = [];
  }
}

function failed(error: Error): PackThreadAnswer {
  const { message } = error;
  if (!(error instanceof ContentError)) return { kind: "failed", message };
  const { content: name, problem } = error;
  return { kind: "failed", message, content: { name, problem } };
}
