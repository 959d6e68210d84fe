/** How the tests of a run ended. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many of the skipped tests wait for which tools. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Names of the tests that are skipped for another reason. */
  readonly others: readonly string[];
  /** The tests that took longest, the longest first. */
  readonly slowest: readonly (readonly [name: string, seconds: number])[];
}

/**
 * Counts the tests of deno's JUnit report.
 *
 * @throws {SyntaxError} when the report does not hold as many tests as it says.
 */
export function countTests(report: string): TestCounts {
  const promised = /<testsuites\b[^>]*\btests="(\d+)"/.exec(report)?.[1];
  const cases = report.split("<testcase ").slice(1);
  if (promised === undefined || Number(promised) !== cases.length) {
    throw new SyntaxError(`expected ${promised ?? "a number of"} tests, found ${cases.length}`);
  }
  const skipped = cases.filter((text) => text.includes("<skipped/>"));
  const failed = cases.filter((text) => /<(failure|error)\b/.test(text));
  return {
    passed: cases.length - skipped.length - failed.length,
    failed: failed.length,
    skipped: skipped.length,
    waiting: waitingFor(skipped),
    others: skipped.filter((text) => !WAITS.test(text)).map(nameOf),
    slowest: slowestOf(cases),
  };
}

const MOST_SLOW = 3;

function slowestOf(cases: readonly string[]): TestCounts["slowest"] {
  return cases.map((text) => {
    const seconds = Number(/\btime="([0-9.]+)"/.exec(text)?.[1] ?? 0);
    return [nameOf(text), seconds] as const;
  }).sort(([, a], [, b]) => b - a).slice(0, MOST_SLOW);
}

/** What is said before the counts: what skipped tests wait for, and how long it took. */
export function notesOf(
  { waiting, others, slowest }: TestCounts,
  seconds: number,
): readonly string[] {
  return [
    ...[...waiting].map(([tools, count]) =>
      count === 1 ? `1 test waits for ${tools}` : `${count} tests wait for ${tools}`
    ),
    ...others.map((name) => `skipped: ${name}`),
    `took ${formatSeconds(seconds)}; longest were`,
    ...slowest.map(([name, took]) => `  ${formatSeconds(took)}: ${name}`),
  ];
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What ignored tests wait for stands at the end of their names. */
const WAITS = / \[waits for ([^\]]+)\]"/;

function waitingFor(cases: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of cases) {
    const tools = WAITS.exec(text)?.[1];
    if (tools !== undefined) counts.set(tools, (counts.get(tools) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a < b ? -1 : 1));
}

function nameOf(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    lt: "<",
    gt: ">",
    amp: "&",
    quot: '"',
    apos: "'",
  };
  const name = /\bname="([^"]*)"/.exec(text)?.[1] ?? "";
  return name.replace(/&(\w+);/g, (entity, sign) => signs[sign] ?? entity);
}

/**
 * The counts of a run that ended with an exit code: what fails outside of any test, such as a file
 * that cannot be loaded or checked, stands in no report, and counts as one failure; so does a run
 * without a single test.
 */
export function withOutcome(counts: TestCounts | undefined, code: number): TestCounts {
  if (counts === undefined) {
    return { passed: 0, failed: 1, skipped: 0, waiting: new Map(), others: [], slowest: [] };
  }
  const failedOutside = code !== 0 && counts.failed === 0;
  const nothingRan = counts.passed + counts.failed + counts.skipped === 0;
  return failedOutside || nothingRan ? { ...counts, failed: counts.failed + 1 } : counts;
}

/** `N passed, N failed, N skipped`. */
export function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
