/** Other ways to make an image or an archive of the same environment. */
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "../../tests/support/docker.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { BENCH_FOLDER } from "./folder.ts";
import type { BenchLibrary } from "./libraries.ts";
import { type Measured, runMeasured } from "./measured.ts";
import { bytesOf, imageIn } from "./own_build.ts";

/** What a peer did. */
export interface PeerRun {
  readonly measured: Measured;
  /** Of the packed content. */
  readonly bytes: number;
}

interface Peer {
  readonly name: string;
  /** What it said of its version; nothing when it is not there. */
  version(): Promise<string | undefined>;
  run(library: BenchLibrary): Promise<PeerRun>;
}

const OUTPUT = join(BENCH_FOLDER, "peer");
const CRANE = join(BENCH_FOLDER, "bin", "crane");

/** By a shell, which runs them as people would type them. */
function archive(name: string, packer: string): Peer {
  const [tool] = packer.split(" ");
  return {
    name,
    version: () => firstLine([tool!, "--version"]),
    async run({ environment }) {
      const file = join(await emptyOutput(), "layer.tar.gz");
      const script = `tar --create --directory "$1" . | ${packer} > "$2"`;
      const measured = await runMeasured(["sh", "-c", script, "sh", environment, file]);
      return { measured, bytes: (await stat(file)).size };
    },
  };
}

const umoci: Peer = {
  name: "`umoci insert`",
  version: () => firstLine(["umoci", "--version"]),
  async run({ environment }) {
    const layout = join(await emptyOutput(), "layout");
    await runMeasured(["umoci", "init", "--layout", layout]);
    await runMeasured(["umoci", "new", "--image", `${layout}:bench`]);
    const insert = ["umoci", "insert", "--image", `${layout}:bench`, environment, "/environment"];
    const measured = await runMeasured(insert);
    return { measured, bytes: bytesOf((await imageIn(layout)).layers) };
  },
};

const buildah: Peer = {
  name: "`buildah copy` and `commit`",
  version: () => firstLine(["buildah", "--version"]),
  async run({ environment }) {
    const folder = await emptyOutput();
    const script = `set -e
      b() { buildah --root "$folder/root" --runroot "$folder/run" --storage-driver vfs "$@"; }
      container=$(b from scratch)
      b copy "$container" "$environment" /environment
      b commit "$container" "oci:$folder/layout:bench"`;
    const measured = await runMeasured(["sh", "-c", script], { env: { folder, environment } });
    return { measured, bytes: bytesOf((await imageIn(join(folder, "layout"))).layers) };
  },
};

const dockerBuild: Peer = {
  name: "`docker build`",
  async version() {
    if (!hasTool("docker")) return undefined;
    return await firstLine(["docker", "--version"]);
  },
  async run({ folder }) {
    await writeFile(join(folder, ".dockerignore"), "*\n!environment\n");
    await writeFile(join(folder, "Dockerfile"), "FROM scratch\nCOPY environment /environment\n");
    await docker.command(["version"]);
    const started = performance.now();
    await docker.command(["build", "--no-cache", "--tag", "bench", folder]);
    const seconds = (performance.now() - started) / 1000;
    await docker.command(["rmi", "bench"]);
    // Its daemon does the work, so that neither processors nor memory are known.
    return { measured: { seconds, cpuSeconds: NaN, peakBytes: NaN }, bytes: NaN };
  },
};

const crane: Peer = {
  name: "GNU tar and `crane append`",
  version: () => firstLine([CRANE, "version"]),
  async run({ environment }) {
    const folder = await emptyOutput();
    const script = `set -e
      tar --create --file "$folder/layer.tar" --directory "$environment" .
      "$crane" append --new_layer "$folder/layer.tar" --new_tag bench:1 --output "$folder/image.tar"`;
    const measured = await runMeasured(["sh", "-c", script], {
      env: { folder, environment, crane: CRANE },
    });
    return { measured, bytes: (await stat(join(folder, "image.tar"))).size };
  },
};

/** By what `--peers` calls them, whether they are installed or not. */
export const PEERS = {
  umoci,
  pigz: archive("GNU tar and `pigz -1`", "pigz -1"),
  docker: dockerBuild,
  buildah,
  crane,
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

/** Those that are always run: the others take long. */
export const USUAL_PEERS: readonly PeerName[] = ["umoci", "pigz"];

async function emptyOutput(): Promise<string> {
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  return OUTPUT;
}

/** Reads everything once, and has what was written before reach the disk: no run pays for another. */
export async function warmPageCache(folder: string): Promise<void> {
  const script = 'tar --create --directory "$1" . | cat && sync';
  await runMeasured(["sh", "-c", script, "sh", folder]);
}

async function firstLine(command: readonly string[]): Promise<string | undefined> {
  const [program, ...args] = command;
  try {
    const { success, stdout } = await new Deno.Command(program!, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).split("\n")[0]!.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** The processor's name, as Linux tells it. */
export async function processorName(): Promise<string> {
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return /^model name\s*: (.*)$/m.exec(text)?.[1] ?? "unknown processor";
}
