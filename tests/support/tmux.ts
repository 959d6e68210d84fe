import assert from "node:assert/strict";
import { run } from "./tools.ts";

/** A real terminal of twelve lines, with a server of its own. */
export class Tmux implements AsyncDisposable {
  readonly #socket = `rcc-oci-test-${crypto.randomUUID()}`;

  async #tmux(...args: readonly string[]): Promise<string> {
    const env = { TERM: "xterm-256color", LC_ALL: "C.UTF-8" };
    return (await run("tmux", ["-L", this.#socket, "-f", "/dev/null", ...args], { env })).stdout;
  }

  async start(columns: number, command: string): Promise<void> {
    await this.#tmux("new-session", "-d", "-x", `${columns}`, "-y", "12", command);
  }

  async resize(columns: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`);
  }

  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Looks until this is what stands there below the line `start`. */
  async sees(...lines: readonly string[]): Promise<void> {
    const wanted = lines.join("\n");
    let seen = "";
    for (let look = 0; look < 300; look++) {
      seen = (await this.#tmux("capture-pane", "-p", "-S", "-")).trimEnd().replaceAll(/ +$/gm, "");
      seen = seen.slice(seen.lastIndexOf("start\n") + "start\n".length);
      if (seen === wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(seen, wanted);
  }

  async hasCursor(): Promise<boolean> {
    return (await this.#tmux("display", "-p", "#{cursor_flag}")).trim() === "1";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server");
  }
}
