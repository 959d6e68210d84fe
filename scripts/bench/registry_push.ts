// deno-lint-ignore-file no-console
/**
 * Pushes an image with one large layer to Debian's docker-registry on this machine, by rcc-oci and by
 * `skopeo copy` in turn, each time to a registry that is empty. Prints the part of
 * docs/performance.md about it. Needs docker-registry, skopeo, apt-get and gcc; Linux only.
 *
 *     deno run -A scripts/bench/registry_push.ts [MB of the layer] [rounds]
 */
import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { builtRobot } from "../../tests/support/built_robot.ts";
import { busyboxEntries } from "../../tests/support/busybox_base.ts";
import { startDockerRegistry } from "../../tests/support/docker_registry.ts";
import { BASE_TAG, layerOf, writeLayout } from "../../tests/support/write_layout.ts";

const MB = 1_000_000;

/** How one push went. */
interface Push {
  readonly seconds: number;
  /** The most memory that the process had, in bytes. */
  readonly peak: number;
}

if (import.meta.main) {
  const [megabytes = 500, rounds = 5] = Deno.args.map(Number);
  const small = await comparePushes(megabytes / 10, 1);
  const large = await comparePushes(megabytes, rounds);
  const seconds = { ours: median(large.ours), skopeo: median(large.skopeo) };
  const rate = (time: number) => `${Math.round(megabytes / time)} MB/s`;
  const peakOf = ({ ours }: Comparison) => Math.max(...ours.map(({ peak }) => peak)) / MB;
  console.log([
    `| a layer of ${megabytes} MB, median of ${rounds} | time | speed |`,
    "| --- | --- | --- |",
    `| \`rcc-oci build --push\`, from its start to its end | ${seconds.ours.toFixed(2)} s | ${
      rate(seconds.ours)
    } |`,
    `| \`skopeo copy\` of the same image | ${seconds.skopeo.toFixed(2)} s | ${
      rate(seconds.skopeo)
    } |`,
    "",
    `rcc-oci reaches ${
      Math.round(100 * seconds.skopeo / seconds.ours)
    } % of skopeo's speed. Its memory is at most ${Math.round(peakOf(large))} MB, and ${
      Math.round(peakOf(small))
    } MB for a layer of a tenth of the size.`,
  ].join("\n"));
}

interface Comparison {
  readonly ours: readonly Push[];
  readonly skopeo: readonly Push[];
}

/** Pushes in turns. What is packed and known of the base is in the cache before the first. */
async function comparePushes(megabytes: number, rounds: number): Promise<Comparison> {
  await using robot = await builtRobot();
  const base = join(robot.folder, "base");
  const large = { path: "var/large", content: randomBytes(megabytes * MB) };
  await writeLayout(base, { layers: [layerOf([...await busyboxEntries(), large])] });
  const args = ["--base-image", `oci:${base}:${BASE_TAG}`];
  const image = join(robot.folder, "image");
  const { code, stderr } = await robot.build([...args, "-t", "bot:1", "--oci-layout", image]);
  if (code !== 0) throw new Error(stderr);
  const ours: Push[] = [], skopeo: Push[] = [];
  for (let round = 0; round < rounds; round++) {
    skopeo.push(
      await pushBy((host) =>
        new Deno.Command("skopeo", {
          args: [
            ...["copy", "--quiet", "--dest-tls-verify=false"],
            ...[`oci:${image}`, `docker://${host}/bot:1`],
          ],
        }).spawn()
      ),
    );
    ours.push(
      await pushBy((host) => robot.start([...args, "-t", `${host}/bot:1`, "--push"])),
    );
  }
  return { ours, skopeo };
}

async function pushBy(start: (host: string) => Deno.ChildProcess): Promise<Push> {
  await using registry = await startDockerRegistry();
  const before = performance.now();
  const child = start(registry.host);
  const peak = watchMemory(child.pid);
  const { success } = await child.status;
  const seconds = (performance.now() - before) / 1000;
  if (!success) throw new Error("a push failed");
  return { seconds, peak: await peak };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function watchMemory(pid: number): Promise<number> {
  for (let peak = 0;; await setTimeout(20)) {
    const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
    if (kilobytes === undefined) return peak;
    peak = Number(kilobytes) * 1024;
  }
}

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  const step = 64 * 1024 * 1024;
  for (let at = 0; at < size; at += step) randomFillSync(bytes, at, Math.min(step, size - at));
  return bytes;
}

function median(pushes: readonly Push[]): number {
  const seconds = pushes.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return seconds[Math.floor(seconds.length / 2)]!;
}
