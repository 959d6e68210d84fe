import { ContentError } from "./content.ts";
import { packPiece, PieceMemory } from "./pack_piece.ts";
import type { Packing } from "./packing.ts";
import { dropParts, type Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";
import { release } from "./release.ts";
import { RingWriter, type SharedRing } from "./ring.ts";
import { type FilledSlot, type SharedSlots, SlotWriter } from "./slots.ts";

/** What a worker that packs is told. */
export type PackThreadMessage =
  | {
    readonly task: "pack";
    readonly kind: "start";
    readonly packing: Packing;
    /** Where bytes of the tar go. */
    readonly tar: SharedRing;
    /** Where packed bytes go. */
    readonly packed: SharedSlots;
  }
  | {
    readonly task: "pack";
    readonly kind: "piece";
    readonly parts: Piece["parts"];
    readonly size: Piece["size"];
  };

/** What the worker answers: for each piece its packed bytes, what is among it, and then its end. */
export type PackThreadAnswer =
  | {
    readonly kind: "slot";
    readonly filled: FilledSlot;
    /** How many bytes of the tar went into the ring since the last answer of this kind. */
    readonly tarBytes: number;
  }
  | { readonly kind: "program"; readonly program: FoundProgram }
  | { readonly kind: "end" }
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
  readonly #packing: Packing;
  readonly #answer: (message: PackThreadAnswer) => void;
  readonly #memory = new PieceMemory();
  readonly #tar: RingWriter;
  readonly #packed: SlotWriter;
  #tarBytes = 0;
  /** Those of the piece that were told already. */
  #toldBytes = 0;

  constructor(
    { packing, tar, packed }: PackThreadMessage & { kind: "start" },
    answer: (message: PackThreadAnswer) => void,
  ) {
    this.#packing = packing;
    this.#answer = answer;
    this.#tar = new RingWriter(tar);
    this.#packed = new SlotWriter(packed, (filled) => {
      answer({ kind: "slot", filled, tarBytes: this.#tarBytes - this.#toldBytes });
      this.#toldBytes = this.#tarBytes;
    });
  }

  async pack({ parts, size }: PackThreadMessage & { kind: "piece" }): Promise<void> {
    this.#tarBytes = this.#toldBytes = 0;
    try {
      await packPiece(parts, { packing: this.#packing, memory: this.#memory }, {
        tar: (bytes) => {
          this.#tarBytes += bytes.length;
          this.#tar.write(bytes);
        },
        packed: (bytes) => this.#packed.write(bytes),
        program: (program) => this.#answer({ kind: "program", program }),
      });
      // Who hashes the tar waits for so many.
      if (this.#tarBytes !== size) {
        throw new RangeError(`expected ${size} bytes of tar, found ${this.#tarBytes}`);
      }
      this.#tar.flush();
      this.#packed.flush();
      for (const part of parts) if (part.kind === "bytes") release(part.bytes);
      dropParts({ parts });
      this.#answer({ kind: "end" });
    } catch (error) {
      this.#answer(failed(error as Error));
    }
  }
}

function failed(error: Error): PackThreadAnswer {
  const { message } = error;
  if (!(error instanceof ContentError)) return { kind: "failed", message };
  const { content: name, problem } = error;
  return { kind: "failed", message, content: { name, problem } };
}
