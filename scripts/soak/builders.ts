import { runLongTests } from "./long_tests.ts";

const FILES = ["context", "plain"].map((name) => `tests/e2e/dockerfile_${name}_test.ts`);

/** Dockerfiles of a robot with Python, by every builder: `deno task test` tries one of them for each kind. */
export async function soakBuilders(): Promise<void> {
  await runLongTests("--filter", "Python", ...FILES);
}
