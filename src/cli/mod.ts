/**
 * The commands: arguments in, exit code out.
 *
 * ```ts
 * import { run } from "./mod.ts";
 *
 * console.assert(await run(["build", "--no-such-option"]) === 2);
 * ```
 *
 * @module
 */
import process from "node:process";
import { CommanderError } from "commander";
import type { Context } from "../build/mod.ts";
import { asPermissionFailure, Failures } from "../failure/mod.ts";
import { exitCodeOf, OUTDATED } from "./exit_code.ts";
import { createProgram, type ReportArguments } from "./program.ts";
import { abortOnSignals, endInTime } from "./signals.ts";
import { asUsageFailure } from "./usage_failure.ts";

/** Runs the program. What only some commands need is loaded by them. @returns The exit code. */
export async function run(args: readonly string[]): Promise<number> {
  let report: ReportSettings = { progress: "auto" };
  let exitCode = 0;
  const program = createProgram({
    async build(given) {
      const { save, digestFile, metadataFile, report: page, sbom = [], provenance } = given;
      const files = [save, digestFile, metadataFile, page, ...sbom, provenance];
      report = await besideData(given, files);
      using context = await createContext(report);
      if (given.fleet !== undefined) {
        const { parseFleetOptions } = await import("./fleet_options.ts");
        const { buildFleet } = await import("../build/mod.ts");
        const members = await parseFleetOptions(given.fleet, given, context);
        return await endInTime(buildFleet(members, context), context.signal);
      }
      const { parseBuildOptions } = await import("./build_options.ts");
      const { build, printPlan, requireDistinctOutputs, openRobotFolder } = await import(
        "../build/mod.ts"
      );
      await using folder = await openRobotFolder(given.robot, context);
      const request = parseBuildOptions({ ...given, robot: folder.robot }, context);
      await requireDistinctOutputs(request, context);
      const { plan = false, json = false } = given;
      if (plan) return await endInTime(printPlan(request, { context, json }), context.signal);
      context.reporter.finish(await endInTime(build(request, context), context.signal));
    },
    async dockerfile(given) {
      report = given;
      using context = await createContext(report);
      const { parseDockerfileOptions } = await import("./dockerfile_options.ts");
      const { dockerfile, openRobotFolder } = await import("../build/mod.ts");
      const stays = given.context === undefined;
      await using folder = await openRobotFolder(given.robot, { ...context, stays });
      const request = parseDockerfileOptions({ ...given, robot: folder.robot }, context);
      await endInTime(dockerfile(request, context), context.signal);
    },
    async inspect(image, given) {
      report = await besideData(given, [given.report]);
      using context = await createContext(report);
      const { parseRegistryArguments } = await import("./registry_options.ts");
      const { files = false, packages = false, json = false, report: page, compare } = given;
      const registry = parseRegistryArguments(given);
      const options = { image, files, packages, json, registry, report: page, compare };
      const { inspect } = await import("./inspect.ts");
      await endInTime(inspect(options, context), context.signal);
    },
    async rebase(image, given) {
      report = await besideData(given, [given.save, given.digestFile, given.metadataFile]);
      using context = await createContext(report);
      const { parseRebaseOptions } = await import("./rebase_options.ts");
      const { isBaseCurrent, rebase, requireDistinctOutputs } = await import("../build/mod.ts");
      const request = parseRebaseOptions(image, given, context);
      const { check = false, json = false } = given;
      if (check) {
        const isCurrent = await endInTime(
          isBaseCurrent(request, { context, json }),
          context.signal,
        );
        exitCode = isCurrent ? 0 : OUTDATED;
        return;
      }
      await requireDistinctOutputs(request.build, context);
      context.reporter.finish(await endInTime(rebase(request, context), context.signal));
    },
    async verify(image, given) {
      report = given;
      using context = await createContext(report);
      const { parseVerifyOptions } = await import("./verify_options.ts");
      const { openRobotFolder } = await import("../build/mod.ts");
      const { verifyImage } = await import("./verify.ts");
      await using folder = await openRobotFolder(given.robot, context);
      const request = parseVerifyOptions(image, { ...given, robot: folder.robot }, context);
      const { json = false } = given;
      exitCode = await endInTime(verifyImage(request, { context, json }), context.signal);
    },
    async doctor(given) {
      report = given;
      using context = await createContext(report);
      const { parseBuildOptions } = await import("./build_options.ts");
      const { doctor, requireDistinctOutputs, openRobotFolder } = await import("../build/mod.ts");
      await using folder = await openRobotFolder(given.robot, context);
      const robot = { robot: folder.robot };
      const request = parseBuildOptions({ ...given, ...NO_SETTINGS, ...robot }, context);
      await requireDistinctOutputs(request, context);
      const { json = false } = given;
      const failures = await endInTime(doctor(request, { context, json }), context.signal);
      exitCode = failures.length === 0 ? 0 : exitCodeOf(new Failures(failures));
    },
    async cacheInfo(given) {
      report = { ...report, ...given };
      using context = await createContext(report);
      const { cacheInfo } = await import("./cache.ts");
      await cacheInfo(given, context);
    },
    async cachePrune(given) {
      using context = await createContext(report);
      const { cachePrune } = await import("./cache.ts");
      await endInTime(cachePrune(given, context), context.signal);
    },
    async cacheVerify() {
      using context = await createContext(report);
      const { cacheVerify } = await import("./cache_verify.ts");
      await endInTime(cacheVerify(context), context.signal);
    },
    async cacheClear() {
      using context = await createContext(report);
      const { cacheClear } = await import("./cache.ts");
      await endInTime(cacheClear(context), context.signal);
    },
    async completion(shell) {
      using context = await createContext(report);
      const { completion } = await import("./completion.ts");
      completion(shell, { program, context });
    },
  });
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = asPermissionFailure(asUsageFailure(error, { args, program }));
    // What cannot be read of the command line was not told of it either.
    const json = report.json ?? args.includes("--json");
    using context = await createContext({ ...report, json }, allowedVariables(process.env));
    context.reporter.fail(failure);
    return exitCodeOf(failure);
  }
}

/** Ends the process, and with it what it has started: Deno's own exit would tell nobody. */
export function exit(code: number): never {
  process.exit(code);
}

/** What only an image is made with. */
const NO_SETTINGS = { env: [], label: [], exclude: [], compression: "gzip" } as const;

interface ReportSettings extends ReportArguments {
  /** Whether standard output gets data alone: what is said goes to standard error. */
  readonly isDataOut?: boolean;
}

async function besideData(
  given: ReportArguments,
  files: readonly (string | undefined)[],
): Promise<ReportSettings> {
  const named = files.filter((file) => file !== undefined);
  if (named.length === 0) return given;
  const { findTarget } = await import("../files/mod.ts");
  const targets = await Promise.all(named.map((file) => findTarget(file).catch(() => undefined)));
  const isDataOut = targets.some((target) => target?.kind === "stream" && target.descriptor === 1);
  return { ...given, isDataOut };
}

async function createContext(
  { json, quiet, verbose, progress, isDataOut = false }: ReportSettings,
  env: Context["env"] = process.env,
): Promise<Context & Disposable> {
  const { createReporter, systemSinks, systemStdin } = await import("../report/mod.ts");
  const sinks = systemSinks();
  const reporter = createReporter({
    ...sinks,
    ...(isDataOut ? { stdout: sinks.stderr } : {}),
    stdin: systemStdin(),
    mode: json ? "json" : quiet ? "quiet" : "normal",
    verbose: verbose ?? false,
    progress: progress as "auto",
    env,
    now: () => performance.now(),
  });
  return {
    env,
    hostOs: process.platform,
    hostArch: process.arch,
    runtime: runtimeVersions(),
    cores: navigator.hardwareConcurrency,
    now: new Date(),
    signal: abortOnSignals(),
    reporter,
    [Symbol.dispose]: () => reporter[Symbol.dispose](),
  };
}

function runtimeVersions(): Context["runtime"] {
  const { zlib, zstd, deno } = process.versions as Context["runtime"];
  return { zlib, zstd, deno };
}

/** The environment variables, none when the runtime does not tell them: for messages alone. */
function allowedVariables(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  try {
    return { ...env };
  } catch {
    return {};
  }
}
