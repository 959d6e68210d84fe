// deno-lint-ignore-file no-console
import { meetPullFault, PULL_FAULTS } from "../../tests/registry/pull_faults.ts";
import { meetPushFault, PUSH_FAULTS } from "../../tests/registry/push_faults.ts";
import { meetTokenFault, TOKEN_FAULTS } from "../../tests/registry/token_faults.ts";

/** A registry with every fault of the tests, each met once: what ends well, and what with one line. */
export async function soakRegistry(): Promise<void> {
  console.log("| what meets the fault | faults | ends well | one line with its cure |");
  console.log("| --- | ---: | ---: | ---: |");
  await count("pull of an image", PULL_FAULTS, meetPullFault);
  await count("push of a blob", PUSH_FAULTS, meetPushFault);
  const refusals = TOKEN_FAULTS.map((row) => ({ ...row, fails: row.id }));
  await count("push, at a token server", refusals, meetTokenFault);
}

async function count<Row extends { readonly fails?: unknown }>(
  what: string,
  rows: readonly Row[],
  meet: (row: Row) => Promise<void>,
): Promise<void> {
  for (const row of rows) await meet(row);
  const failing = rows.filter(({ fails }) => fails !== undefined).length;
  console.log(`| ${what} | ${rows.length} | ${rows.length - failing} | ${failing} |`);
}
