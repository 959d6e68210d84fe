import { Measure, type Measurement } from "../bytes/mod.ts";
import type { PackOptions } from "./packer.ts";
import { packPiece, PieceMemory } from "./pack_piece.ts";
import type { Packing } from "./packing.ts";
import type { Piece } from "./piece.ts";

/** Options of {@linkcode packHere}. */
export interface PackHereOptions extends PackOptions {
  readonly packing: Packing;
}

/**
 * Packs a small piece on this thread, sooner than a worker starts.
 *
 * @returns What the tar was.
 * @throws {ContentError} when content is damaged or cannot be read.
 */
export async function packHere(
  { parts, size }: Piece,
  { packing, write, onProgress, onProgram }: PackHereOptions,
): Promise<Measurement> {
  const tar = new Measure();
  await packPiece(parts, { packing, memory: new PieceMemory() }, {
    tar: (bytes) => tar.update(bytes),
    packed: write,
    program: (program) => onProgram?.(program),
  });
  onProgress?.(size);
  return tar.finish();
}
