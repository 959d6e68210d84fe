import { Measure, type Measurement } from "../bytes/mod.ts";
import { readRing, type SharedRing } from "./ring.ts";

/** What a worker that hashes a tar is told. */
export type HashThreadMessage =
  /** The tar goes on with so many bytes of this ring. */
  | {
    readonly task: "hash";
    readonly kind: "piece";
    readonly ring: SharedRing;
    readonly size: number;
  }
  /** The tar ends here. */
  | { readonly task: "hash"; readonly kind: "end" };

/** Hashes tars, one after the other, while they are written, and answers what each was. */
export function hashThread(
  answer: (measurement: Measurement) => void,
): (message: HashThreadMessage) => void {
  let tar: Measure | undefined;
  return (message) => {
    tar ??= new Measure();
    if (message.kind === "piece") {
      const { ring, size } = message;
      readRing(ring, size, (bytes) => tar!.update(bytes));
    } else {
      answer(tar.finish());
      tar = undefined;
    }
  };
}
