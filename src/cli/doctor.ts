import { doctorReport, failuresOfChecks } from "../checks/mod.ts";
import { Failure, Failures } from "../failure/mod.ts";
import { BlobCache, cacheFolder } from "../store/mod.ts";
import type { BuildOptions } from "./build_options.ts";
import type { Context } from "./context.ts";
import { credentialRegistries } from "./credential_registries.ts";
import { exitCodeOf } from "./exit_code.ts";
import { requireOpenFiles } from "./open_files.ts";
import { previewBuild } from "./preview_build.ts";
import { connectRegistries } from "./registry_client.ts";

/** What is to be looked at, and how it is said. */
export interface DoctorOptions {
  /** Those of the build that is to be. */
  readonly build: BuildOptions;
  readonly json: boolean;
}

/** Prints what a build needs, and what helps. @returns The exit code that the build would have. */
export async function doctor({ build, json }: DoctorOptions, context: Context): Promise<number> {
  const cacheDirectory = cacheFolder({ env: context.env, platform: context.hostOs });
  using registries = await connectRegistries({
    options: build.registry,
    context,
    cacheDirectory,
    registries: credentialRegistries(build),
  });
  const cache = new BlobCache(cacheDirectory);
  const { checks } = await previewBuild(build, { context, cache, registries }, {
    files: build.registry.authorityFiles.map((path) => ({ what: "file of --ca-cert", path })),
    hostRcc: "asked",
    usesTemporary: true,
    openFiles: openFilesFailure(build.jobs),
    tries: 1,
  });
  const report = doctorReport(checks);
  if (json) context.reporter.printJson(report.json);
  else for (const line of report.lines) context.reporter.print(line);
  const failures = failuresOfChecks(checks);
  return failures.length === 0 ? 0 : exitCodeOf(new Failures(failures));
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
