import { runLongTests } from "./long_tests.ts";

/** Images of every kind, built anew and compared, and those that somebody has tampered with. */
export async function soakVerify(): Promise<void> {
  await runLongTests("tests/e2e/verify_test.ts");
}
