import { runLongTests } from "./long_tests.ts";

const FILES = ["real_environments", "recording"].map((name) => `tests/e2e/${name}_test.ts`);

/** Environments of real packages in every engine, and a build that waits 20 s for a recording. */
export async function soakReal(): Promise<void> {
  await runLongTests(...FILES);
}
