import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { standinRcc } from "../../tests/support/standin.ts";
import { BENCH_FOLDER, sample } from "./libraries.ts";
import { runMeasured } from "./measured.ts";
import { type Part, table } from "./part.ts";

/** Milliseconds by what they were spent on. */
type ProfileResult = Readonly<Record<"main" | "workers", Readonly<Record<string, number>>>>;

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

/**
 * What functions of the runtime stand for, the most telling names first. Those of zlib are called as
 * ours are, but are in no file.
 */
const COSTS: readonly (readonly [RegExp, string])[] = [
  [/op_node_hash|op_node_create_hash/, "SHA-256"],
  [/^wasm-function|^js-to-wasm|^wasm-to-js/, "our WebAssembly: inflating, and deflating headers"],
  [/^(?:writeSync|write) in no file$|Zlib|zlib/, "zlib: deflating the rest"],
  [/op_read|op_fs_open|op_fs_file_stat|op_fs_stat|op_close/, "reading files"],
  [/op_write/, "writing the layer"],
  [/waitForSlot|waitForRoom|readRing|\btell\b/, "waiting for other threads, and waking them"],
  [/wait_for_debugger|^\(idle\)/, "waiting"],
  [/post_message|serialize|create_worker/, "messages and starting workers"],
  [/garbage collector/, "garbage collection"],
];

/** Where the time of a cold build goes, by V8's own profiler. */
export const profilePart: Part<ProfileResult> = {
  name: "profile",

  async run({ say }) {
    say("profile");
    const { robot, hololib } = await sample("medium");
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    try {
      await runMeasured([
        ...[Deno.execPath(), "run", "--allow-all", "--no-check"],
        ...["--cpu-prof", `--cpu-prof-dir=${join(folder, "profiles")}`, MAIN, "build"],
        ...["--robot", robot, "--hololib", hololib, "--base-image", "scratch", "--quiet"],
        ...["--rcc-exec", await standinRcc(), "--tag", "bench:1"],
        ...["--oci-layout", join(folder, "layout")],
      ], { env: { RCC_OCI_CACHE: join(folder, "cache") }, cwd: BENCH_FOLDER });
      const result = { main: {}, workers: {} };
      for (const name of await readdir(join(folder, "profiles"))) {
        const text = await readFile(join(folder, "profiles", name), "utf8");
        addCosts(JSON.parse(text), name.includes("worker") ? result.workers : result.main);
      }
      return result;
    } finally {
      await rm(folder, { recursive: true });
    }
  },

  render({ main, workers }) {
    const costs = Object.entries({ "main thread": main, workers })
      .flatMap(([thread, of]) =>
        Object.entries(of).map(([name, ms]) => [thread, name, ms] as const)
      )
      .filter(([, name]) => !name.startsWith("waiting"))
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
      "Where the time of a cold build goes, by V8's profiler, which is at work beside it. The three " +
      `largest costs: ${largest.join(", ")}.`,
      table(["thread", "cost", "time", "share"], rows),
    ].join("\n\n");
  },
};

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** In microseconds. */
  readonly timeDeltas: readonly number[];
}

function addCosts({ nodes, samples, timeDeltas }: Profile, costs: Record<string, number>): void {
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
