import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run, toolTest } from "../support/tools.ts";

const PROGRAM = fileURLToPath(new URL("./terminal_program.ts", import.meta.url));

/** A real terminal, with a server of its own. */
class Tmux implements AsyncDisposable {
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

toolTest({
  name: "live lines on a real terminal follow its size, stay below what is printed, and go away",
  needs: ["tmux"],
}, async () => {
  await using terminal = new Tmux();
  const command = `env -u CI -u GITHUB_ACTIONS '${Deno.execPath()}' run -A '${PROGRAM}'`;
  // A screen that is full: what tmux moves off a screen with room left, no program can erase.
  await terminal.start(80, `seq 12; echo start; stty -echo; ${command}; echo end; cat`);
  await terminal.sees(
    "Validating robot... OK",
    "base   ██████▎░░░░░░░░░░░░░░░░░░   25%  10.0 MB/40.0 MB",
    "robot  ████████████▌░░░░░░░░░░░░   50%   5.0 MB/10.0 MB",
  );
  assert.equal(await terminal.hasCursor(), false);
  await terminal.resize(40);
  await terminal.sees(
    "Validating robot... OK",
    "base   ███▎░░░░░░░░░   25%",
    "robot  ██████▌░░░░░░   50%",
  );
  await terminal.resize(60);
  await terminal.press("Enter");
  await terminal.sees(
    "Validating robot... OK",
    "Warning: half done",
    "base   ████░░░░░░░░░░░░   25%  10.0 MB/40.0 MB",
    "robot  ████████░░░░░░░░   50%   5.0 MB/10.0 MB",
  );
  await terminal.press("Enter");
  await terminal.sees(
    "Validating robot... OK",
    "Warning: half done",
    "Pulling... OK",
    "Again? [y/N]",
  );
  await terminal.press("y", "Enter");
  await terminal.sees(
    "Validating robot... OK",
    "Warning: half done",
    "Pulling... OK",
    "Again? [y/N] answer: true",
    "end",
  );
  assert.equal(await terminal.hasCursor(), true);
});
