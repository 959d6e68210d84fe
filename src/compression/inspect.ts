import { isProgram, programFacts, ProgramScan } from "../programs/mod.ts";
import type { Expected } from "./content.ts";
import type { FoundProgram } from "./program.ts";

/** Who is told of programs. */
export interface ProgramSink {
  program(program: FoundProgram): void;
}

/** Looks into content that is in memory: all that is packed passes here anyway. */
export function inspectBytes(bytes: Uint8Array, expected: Expected, sink: ProgramSink): void {
  const facts = programFacts(bytes);
  if (facts !== undefined) sink.program({ digest: expected.check.hex, facts });
}

/** Looks into content that comes in steps. */
export class Inspection {
  readonly #expected: Expected;
  #scan: ProgramScan | "unknown" | "no program" = "unknown";

  constructor(expected: Expected) {
    this.#expected = expected;
  }

  /** The next bytes; the first ones say whether more of them matter. */
  update(bytes: Uint8Array): void {
    if (this.#scan === "unknown") {
      this.#scan = isProgram(bytes) ? new ProgramScan(this.#expected.size) : "no program";
      if (this.#scan instanceof ProgramScan) this.#scan.begin();
    }
    if (this.#scan instanceof ProgramScan) this.#scan.update(bytes);
  }

  /**
   * Tells what was found.
   *
   * @param again The content from its first byte on: a large program may have to be read once more,
   * and is then read as far as is needed.
   */
  async finish(again: () => AsyncIterable<Uint8Array>, sink: ProgramSink): Promise<void> {
    const scan = this.#scan;
    if (!(scan instanceof ProgramScan)) return;
    while (!scan.isDone) {
      scan.begin();
      for await (const bytes of again()) {
        scan.update(bytes);
        if (scan.isDone) break;
      }
    }
    const { facts } = scan;
    if (facts !== undefined) sink.program({ digest: this.#expected.check.hex, facts });
  }
}
