// deno-lint-ignore-file no-console
/**
 * Pushes an image with one large layer to Debian's docker-registry on this machine, by rcc-oci and by
 * `skopeo copy` in turn, each time to a registry that is empty, and writes what it found into
 * docs/performance.md. Needs docker-registry, skopeo, apt-get and gcc; Linux only.
 *
 *     deno run -A scripts/bench/registry_push.ts [MB of the layer] [rounds]
 */
import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { builtRobot } from "../../tests/support/built_robot.ts";
import { busyboxEntries } from "../../tests/support/busybox_base.ts";
import { startDockerRegistry } from "../../tests/support/docker_registry.ts";
import { BASE_TAG, layerOf, writeLayout } from "../../tests/support/write_layout.ts";
import { megabytes, seconds, table, verdict } from "./part.ts";
import { replaceSection } from "./section.ts";

const MB = 1_000_000;
const MARKERS = { begin: "<!-- registry:begin -->", end: "<!-- registry:end -->" };

/** How one push went. */
interface Push {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Of the push alone, where the process does more. */
  readonly saving: number;
  /** The most memory that the process had, in bytes. */
  readonly peak: number;
}

if (import.meta.main) {
  const [megabytes = 500, rounds = 5] = Deno.args.map(Number);
  const small = await comparePushes(megabytes / 10, 1);
  const large = await comparePushes(megabytes, rounds);
  const text = render({ megabytes, rounds, load: loadavg()[0]!, small, large });
  console.log(text);
  await replaceSection(new URL("../../docs/performance.md", import.meta.url), text, MARKERS);
}

interface Found {
  readonly megabytes: number;
  readonly rounds: number;
  /** How many threads wanted a processor on the average of the last minute. */
  readonly load: number;
  readonly small: Comparison;
  readonly large: Comparison;
}

function render({ megabytes: size, rounds, load, small, large }: Found): string {
  const whole = median(large.ours.map(({ seconds }) => seconds));
  const ours = median(large.ours.map(({ saving }) => saving));
  const skopeo = median(large.skopeo.map(({ seconds }) => seconds));
  const cells = (time: number) => [seconds(time), `${Math.round(size / time)} MB/s`];
  const peak = (pushes: readonly Push[]) => megabytes(Math.max(...pushes.map(({ peak }) => peak)));
  const day = new Date().toISOString().slice(0, 10);
  return [
    "## Pushing a large layer",
    "",
    `An image whose base has a layer of ${size} MB that cannot be packed, to docker-registry on the ` +
    `same machine, empty before each push; the middle one of ${rounds} pushes in turns.`,
    "",
    table(["", "time", "speed", "most memory"], [
      ["`rcc-oci build --push`, its push", ...cells(ours), peak(large.ours)],
      ["the whole of that build", ...cells(whole), peak(large.ours)],
      ["`skopeo copy` of the same image", ...cells(skopeo), peak(large.skopeo)],
    ]),
    "",
    `At least 90 % of skopeo's speed: ${Math.round(100 * skopeo / ours)} %, ` +
    `${verdict(skopeo / ours >= 0.9)}. Memory does not grow with the layer: ` +
    `${peak(small.ours)} for one of ${size / 10} MB.`,
    "",
    `(${day}, load ${load.toFixed(1)} on ${availableParallelism()} threads; ` +
    "`deno run -A scripts/bench/registry_push.ts`)",
  ].join("\n");
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
          stdout: "piped",
        }).spawn()
      ),
    );
    ours.push(
      await pushBy((host) =>
        robot.start([...args, "-t", `${host}/bot:1`, "--push"], { stdout: "piped" })
      ),
    );
  }
  return { ours, skopeo };
}

async function pushBy(start: (host: string) => Deno.ChildProcess): Promise<Push> {
  await using registry = await startDockerRegistry();
  const before = performance.now();
  const child = start(registry.host);
  const peak = watchMemory(child.pid);
  const { success, stdout } = await child.output();
  const seconds = (performance.now() - before) / 1000;
  if (!success) throw new Error("a push failed");
  const said = /Pushing ([0-9.]+) s/.exec(new TextDecoder().decode(stdout))?.[1];
  return { seconds, saving: said === undefined ? seconds : Number(said), peak: await peak };
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

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
