import type { Command } from "@commander-js/extra-typings";
import { examplesText, GROUPS } from "./help.ts";
import { OPTIONS } from "./shared_options.ts";

/** What commander makes of the options of `cache prune`. */
export interface PruneArguments {
  readonly olderThan?: string | undefined;
  readonly maxSize?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What the commands of `cache` do. */
export interface CacheActions {
  cacheInfo(options: { readonly json?: boolean | undefined }): Promise<void>;
  cachePrune(options: PruneArguments): Promise<void>;
  cacheVerify(): Promise<void>;
  cacheClear(): Promise<void>;
}

/** Adds `cache`. */
export function addCacheCommand(program: Command, actions: CacheActions): void {
  const cache = program.command("cache")
    .description("Look at what is kept between builds, and remove it.");
  cache.command("info")
    .description("Say where the cache is and what is in it.")
    .addOption(OPTIONS.json)
    .action((options) => actions.cacheInfo(options));
  cache.command("prune")
    .description("Remove what no build needed for some time. Waits for builds that use the cache.")
    .optionsGroup(GROUPS.kept)
    .option("--older-than <time>", "unused for so long, such as 12h or 30d (default: 30d)")
    .option("--max-size <size>", "then the least recently used, until the rest is as small as 5GB")
    .option("--dry-run", "say what would be removed, and keep it")
    .addHelpText("after", examplesText("cache prune"))
    .action((options) => actions.cachePrune(options));
  cache.command("verify")
    .description("Read and unpack all of it, and remove what is damaged.")
    .action(() => actions.cacheVerify());
  cache.command("clear")
    .description("Remove all of it. Waits for builds that use the cache.")
    .action(() => actions.cacheClear());
}
