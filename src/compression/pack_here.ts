import { measureBytes, type Measurement } from "../bytes/mod.ts";
import { createMemory } from "./assembly.ts";
import type { PackOptions } from "./packer.ts";
import { packPiece, PiecePacking } from "./pack_piece.ts";
import type { Packing } from "./packing.ts";
import type { Piece } from "./piece.ts";
import type { RingReader } from "./ring.ts";
import { TarRing } from "./tar_ring.ts";

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
  const tar = new TarRing(createMemory(), ALL_ROOM);
  await packPiece(parts, new PiecePacking(packing, tar), {
    packed: write,
    program: (program) => onProgram?.(program),
  });
  onProgress?.(size);
  return measureBytes(tar.last(tar.written));
}

/** A small piece stays in its ring, to be read when it is complete. */
const ALL_ROOM: RingReader = { waitForRoom: () => {}, tell: () => {} };
