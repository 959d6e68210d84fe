import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Tmux } from "../support/tmux.ts";
import { toolTest } from "../support/tools.ts";

const PROGRAM = fileURLToPath(new URL("./terminal_program.ts", import.meta.url));

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
