import { runLongTests } from "./long_tests.ts";

const FILES = [
  ...["real_environments", "recording", "loader"].map((name) => `tests/e2e/${name}_test.ts`),
  "tests/support/library_writer_test.ts",
];

/**
 * Environments of real packages in every engine and before the loader, as the tests' own writer of
 * libraries records them, and a build that waits 20 s for a recording.
 */
export async function soakReal(): Promise<void> {
  await runLongTests(...FILES);
}
