import { runLongTests } from "./long_tests.ts";

/** The example of a browser: its base is built, and each of its tasks opens a page of its own. */
export async function soakBrowser(): Promise<void> {
  await runLongTests("tests/e2e/browser_soak.ts");
}
