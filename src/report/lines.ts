import { hasColor } from "../color.ts";
import { type WorkflowCommand, workflowCommand } from "./github.ts";
import { encodeLine, type Line } from "./line.ts";
import { LiveRegion } from "./live_region.ts";
import type { TerminalVariables } from "./look.ts";
import type { TerminalSink } from "./sinks.ts";

/** Options of {@linkcode Lines}. */
export interface LinesOptions {
  readonly stdout: TerminalSink;
  readonly stderr: TerminalSink;
  readonly env: TerminalVariables;
  /** Whether a job of GitHub reads the lines. */
  readonly github: boolean;
}

/** The one that writes: whole lines to both sinks, with the live lines always below them. */
export class Lines {
  readonly #options: LinesOptions;
  readonly #region = new LiveRegion();
  #live: readonly string[] = [];

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  /** A line of the command's result. */
  out(line: Line): void {
    this.outRaw(this.#encode(line, this.#options.stdout) + "\n");
  }

  /** Text for other programs, exactly as it is. */
  outRaw(text: string): void {
    this.#above(() => this.#options.stdout.write(text));
  }

  /** A line about the work. */
  err(line: Line): void {
    this.#aboveOnErr(this.#encode(line, this.#options.stderr) + "\n");
  }

  /** A question about the work: the answer stands on the same line. */
  ask(line: Line): void {
    this.#aboveOnErr(this.#encode(line, this.#options.stderr));
  }

  /** A line that GitHub obeys. */
  command(command: WorkflowCommand, text?: string): void {
    this.#aboveOnErr(workflowCommand(command, text) + "\n");
  }

  /** Shows these lines at the end of the terminal in place of the live lines of before. */
  draw(lines: readonly Line[]): void {
    this.#live = lines.map((line) => this.#encode(line, this.#options.stderr));
    this.#write(this.#region.draw(this.#live));
  }

  #encode(line: Line, { isTerminal }: TerminalSink): string {
    const { env, github } = this.#options;
    return encodeLine(line, { color: hasColor(env, isTerminal), github });
  }

  #above(write: () => void): void {
    this.#write(this.#region.clear());
    write();
    this.#write(this.#region.draw(this.#live));
  }

  #aboveOnErr(text: string): void {
    this.#write(this.#region.clear() + text + this.#region.draw(this.#live));
  }

  #write(text: string): void {
    if (text !== "") this.#options.stderr.write(text);
  }
}
