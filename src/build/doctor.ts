import { doctorReport, failuresOfChecks } from "../checks/mod.ts";
import { Failure } from "../failure/mod.ts";
import { dryRun } from "./dry_run.ts";
import { requireOpenFiles } from "./open_files.ts";
import type { BuildRequest } from "./request.ts";
import { type Context, openSession } from "./session.ts";

/** Options of {@linkcode doctor}. */
export interface DoctorOptions {
  readonly context: Context;
  readonly json: boolean;
}

/** Prints what a build needs, and what helps. @returns What the build would fail with. */
export async function doctor(
  request: BuildRequest,
  { context, json }: DoctorOptions,
): Promise<readonly Failure[]> {
  using session = await openSession(request, context);
  const { checks } = await dryRun(request, session, {
    files: request.connection.caCertificateFiles.map((path) => ({
      what: "file of --ca-cert",
      path,
    })),
    hostRcc: "asked",
    usesTemporary: true,
    openFiles: openFilesFailure(request.jobs),
    tries: 1,
  });
  const report = doctorReport(checks);
  if (json) context.reporter.printJson(report.json);
  else for (const line of report.lines) context.reporter.print(line);
  return failuresOfChecks(checks);
}

function openFilesFailure(jobs: number): Failure | undefined {
  try {
    requireOpenFiles(jobs);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
