import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BENCH_FOLDER } from "./folder.ts";
import type { BenchLibrary } from "./libraries.ts";
import { runMeasured } from "./measured.ts";
import { BUILD_ENV } from "./own_build.ts";
import {
  type ByLibrary,
  eachLibrary,
  pairs,
  type Part,
  type PartContext,
  table,
  withoutHuge,
} from "./part.ts";

/** Milliseconds by what they were spent on. */
type Profile = Readonly<Record<"main" | "workers", Readonly<Record<string, number>>>>;

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

const IDLE = "waiting";

/**
 * What functions of the runtime stand for, the most telling names first. Those of zlib are called as
 * ours are, but are in no file.
 */
const COSTS: readonly (readonly [RegExp, string])[] = [
  [/op_node_hash|op_node_create_hash/, "SHA-256"],
  [
    /^wasm-function|^js-to-wasm|^wasm-to-js/,
    "our WebAssembly: inflating, and deflating what is small",
  ],
  [/^(?:writeSync|write) in no file$|Zlib|zlib/, "zlib: deflating the rest"],
  [/op_read|op_fs_open|op_fs_file_stat|op_fs_stat|op_close/, "reading files"],
  [/op_write/, "writing"],
  [/wait_for_debugger|^\(idle\)/, IDLE],
  [/post_message|serialize|create_worker/, "messages and starting workers"],
  [/garbage collector/, "garbage collection"],
];

/** Where the time of a cold build goes, by V8's own profiler. */
export const profilePart: Part<ByLibrary<Profile>> = {
  name: "profile",

  async run(context) {
    return await eachLibrary(
      withoutHuge(context),
      (library) => profileBuild(library, context),
    );
  },

  render(result) {
    return [
      "Where the time of a cold build goes, by V8's profiler, which is at work beside it.",
      ...pairs(result).flatMap(([name, profile]) => renderProfile(name, profile)),
    ].join("\n\n");
  },
};

async function profileBuild(
  library: BenchLibrary,
  { program, say }: PartContext,
): Promise<Profile> {
  say(`profile, ${library.name}`);
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const profiles = join(folder, "profiles");
    const args = ["--oci-layout", join(folder, "layout")];
    await runMeasured([
      ...[Deno.execPath(), "run", "--allow-all", "--no-check"],
      ...["--cpu-prof", `--cpu-prof-dir=${profiles}`, MAIN],
      ...await program.buildArguments(library, { args }),
    ], { env: { ...BUILD_ENV, RCC_OCI_CACHE: join(folder, "cache") }, cwd: BENCH_FOLDER });
    const result = { main: {}, workers: {} };
    for (const name of await readdir(profiles)) {
      const text = await readFile(join(profiles, name), "utf8");
      addCosts(JSON.parse(text), name.includes("worker") ? result.workers : result.main);
    }
    return result;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function renderProfile(library: string, { main, workers }: Profile): readonly string[] {
  const costs = Object.entries({ "main thread": main, workers })
    .flatMap(([thread, of]) => Object.entries(of).map(([name, ms]) => [thread, name, ms] as const))
    .filter(([, name]) => name !== IDLE)
    .sort((a, b) => b[2] - a[2]);
  const total = costs.reduce((sum, [, , ms]) => sum + ms, 0);
  const rows = costs.filter(([, , ms]) => ms / total >= 0.01).map(([thread, name, ms]) => [
    thread,
    name,
    `${(ms / 1000).toFixed(2)} s`,
    `${(100 * ms / total).toFixed(0)} %`,
  ]);
  const largest = costs.slice(0, 3).map(([thread, name]) => `${name} (${thread})`);
  return [
    `The ${library} library; the three largest costs: ${largest.join(", ")}.`,
    table(["thread", "cost", "time", "share"], rows),
  ];
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** In microseconds. */
  readonly timeDeltas: readonly number[];
}

function addCosts({ nodes, samples, timeDeltas }: CpuProfile, costs: Record<string, number>): void {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url } }) => [
    id,
    url === "" && !functionName.startsWith("(") ? `${functionName} in no file` : functionName,
  ]));
  samples.forEach((id, index) => {
    const name = names.get(id)!;
    const cost = COSTS.find(([pattern]) => pattern.test(name))?.[1] ?? "our own code and the rest";
    costs[cost] = (costs[cost] ?? 0) + timeDeltas[index]! / 1000;
  });
}
