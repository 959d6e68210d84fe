import { isProgram, type ProgramFacts, programFacts, ProgramScan } from "../programs/mod.ts";
import type { Expected } from "./content.ts";
import type { FoundProgram } from "./program.ts";

/** Looks into content as it streams by: all that is packed passes here anyway. */
export class ProgramInspection {
  readonly #expected: Expected;
  readonly #onProgram: ((program: FoundProgram) => void) | undefined;
  #scan: ProgramScan | undefined;
  #isBegun = false;

  /** @param onProgram Told of the content when it is a program; without it nothing is looked for. */
  constructor(expected: Expected, onProgram: ((program: FoundProgram) => void) | undefined) {
    this.#expected = expected;
    this.#onProgram = onProgram;
  }

  /** The next bytes; the first ones say whether more of them matter. */
  update(bytes: Uint8Array): void {
    if (!this.#isBegun) {
      this.#isBegun = true;
      if (this.#onProgram === undefined || !isProgram(bytes)) return;
      if (bytes.length === this.#expected.size) {
        this.#tell(programFacts(bytes));
        return;
      }
      this.#scan = new ProgramScan(this.#expected.size);
      this.#scan.begin();
    }
    this.#scan?.update(bytes);
  }

  /**
   * Tells what was found.
   *
   * @param again The content from its first byte on: a large program may have to be read once more,
   * and is then read as far as is needed.
   */
  finish(again: () => AsyncIterable<Uint8Array>): Promise<void> | void {
    const scan = this.#scan;
    if (scan === undefined) return;
    if (!scan.isDone) return this.#readAgain(scan, again);
    this.#tell(scan.facts);
  }

  async #readAgain(scan: ProgramScan, again: () => AsyncIterable<Uint8Array>): Promise<void> {
    while (!scan.isDone) {
      scan.begin();
      for await (const bytes of again()) {
        scan.update(bytes);
        if (scan.isDone) break;
      }
    }
    this.#tell(scan.facts);
  }

  #tell(facts: ProgramFacts | undefined): void {
    if (facts !== undefined) this.#onProgram?.({ digest: this.#expected.check.hex, facts });
  }
}
