import { packPiece, PieceMemory } from "./pack_piece.ts";
import type { Packing } from "./packing.ts";
import type { Piece } from "./piece.ts";
import type { FoundProgram } from "./program.ts";

/** Bytes of the tar, or of the packed layer, each in its own order. Valid until the next is asked for. */
export interface PackedBytes {
  readonly kind: "tar" | "packed";
  readonly bytes: Uint8Array;
}

/** Options of {@linkcode packHere}. */
export interface PackHereOptions {
  readonly packing: Packing;
  readonly onProgram?: ((program: FoundProgram) => void) | undefined;
}

/**
 * Packs a small piece on this thread, sooner than a worker starts.
 *
 * @throws {ContentError} when content is damaged or cannot be read.
 */
export async function packHere(
  parts: Piece["parts"],
  { packing, onProgram }: PackHereOptions,
): Promise<readonly PackedBytes[]> {
  const packed: PackedBytes[] = [];
  const keep = (kind: PackedBytes["kind"]) => (bytes: Uint8Array) => {
    packed.push({ kind, bytes: new Uint8Array(bytes) });
  };
  await packPiece(parts, { packing, memory: new PieceMemory() }, {
    tar: keep("tar"),
    packed: keep("packed"),
    program: (program) => onProgram?.(program),
  });
  return packed;
}
