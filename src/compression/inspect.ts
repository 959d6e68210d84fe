import { isProgram, type ProgramFacts, programFacts, ProgramScan } from "../programs/mod.ts";
import type { Expected } from "./content.ts";
import type { FoundProgram } from "./program.ts";

/** Who is told of programs. */
export interface ProgramSink {
  program(program: FoundProgram): void;
}

/** Looks into content as it streams by: all that is packed passes here anyway. */
export class Inspection {
  readonly #expected: Expected;
  readonly #sink: ProgramSink;
  #scan: ProgramScan | undefined;
  #isBegun = false;

  constructor(expected: Expected, sink: ProgramSink) {
    this.#expected = expected;
    this.#sink = sink;
  }

  /** The next bytes; the first ones say whether more of them matter. */
  update(bytes: Uint8Array): void {
    if (!this.#isBegun) {
      this.#isBegun = true;
      if (!isProgram(bytes)) return;
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
  async finish(again: () => AsyncIterable<Uint8Array>): Promise<void> {
    const scan = this.#scan;
    if (scan === undefined) return;
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
    if (facts !== undefined) this.#sink.program({ digest: this.#expected.check.hex, facts });
  }
}
