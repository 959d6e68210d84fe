import { failuresOf } from "../failure/mod.ts";
import type { Check, CheckStatus } from "./prerequisite.ts";

/** What `rcc-oci doctor` says. */
export interface DoctorReport {
  /** Lines of a table; below a row, indented, what helps. */
  readonly lines: readonly string[];
  /** For programs (`--json`). */
  readonly json: DoctorJson;
}

export interface DoctorJson {
  /** Whether a build would go on. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorCheck {
  readonly name: string;
  readonly status: CheckStatus;
  readonly message: string;
  readonly cure?: string;
  /** The failures' ids: sections of docs/troubleshooting.md. */
  readonly ids?: readonly string[];
}

const MARKS: Readonly<Record<CheckStatus, string>> = {
  ok: "ok",
  warning: "warning",
  failed: "FAILED",
  skipped: "-",
};

/** The verdicts as a table and as JSON. */
export function doctorReport(checks: readonly Check[]): DoctorReport {
  return {
    lines: table(checks),
    json: {
      ok: checks.every(({ status }) => status !== "failed"),
      checks: checks.map(asJson),
    },
  };
}

function table(checks: readonly Check[]): readonly string[] {
  const nameWidth = Math.max(0, ...checks.map(({ name }) => name.length));
  const markWidth = Math.max(...Object.values(MARKS).map((mark) => mark.length));
  const margin = " ".repeat(nameWidth + markWidth + 4);
  return checks.flatMap(({ name, status, message, cure, failure }) => {
    const start = `${name.padEnd(nameWidth)}  ${MARKS[status].padEnd(markWidth)}  `;
    const failures = cure === undefined ? failuresOf(failure) : [];
    const [first = message, ...others] = failures.map((one) => one.message);
    return [
      `${start}${first}`,
      ...others.map((line) => `${margin}${line}`),
      ...(cure === undefined ? [] : [`${margin}${cure}`]),
    ];
  });
}

function asJson({ name, status, message, cure, failure }: Check): DoctorCheck {
  const ids = [...new Set(failuresOf(failure).map(({ id }) => id))];
  return {
    name,
    status,
    message,
    ...(cure === undefined ? {} : { cure }),
    ...(ids.length === 0 ? {} : { ids }),
  };
}
