import { tmpdir } from "node:os";
import { join } from "node:path";

/** Options of {@linkcode startDaemon}. */
export interface DaemonOptions {
  /** Program and arguments; all that it keeps lies in `folder`, whose path is short. */
  readonly command: (folder: string) => readonly string[];
  /** Exits with 0 as soon as the daemon answers. */
  readonly probe: (folder: string) => readonly string[];
  /** Shell commands that stop what runs in it, before it is itself stopped. */
  readonly stop?: (folder: string) => string;
  /** Files that must be there before it starts. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A daemon for all tests of this process, started by the first that asks; returns its folder. Test
 * files run in threads of one process, and none of them knows who is last: a watching shell ends
 * the daemon when the process is gone, by its id, and leaves neither files nor mounts behind.
 */
export async function startDaemon(name: string, options: DaemonOptions): Promise<string> {
  const root = join(tmpdir(), `rcc-oci-engines-${Deno.pid}`);
  const folder = join(root, name);
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(join(root, `${name}.lock`), { create: true, write: true });
  await lock.lock(true);
  const started = join(folder, "started");
  if (await isThere(started)) return folder;
  for (const [file, text] of Object.entries(options.files ?? {})) {
    await Deno.writeTextFile(join(folder, file), text);
  }
  await watch(folder, options);
  await untilReady(folder, options);
  await Deno.writeTextFile(started, "");
  return folder;
}

const WATCH = `
owner=$1 folder=$2 stop=$3; shift 3
"$@" > "$folder/log" 2>&1 &
daemon=$!
while kill -0 "$owner" && kill -0 "$daemon"; do sleep 0.2; done
sh -c "$stop"
kill "$daemon"; wait "$daemon"; echo $? > "$folder/ended"
while kill -0 "$owner"; do sleep 0.2; done
# Clients and monitors may still be at work in the folder, and would make it again: all but this
# shell whose command lines name it.
printf %s/ "$folder" > "$folder.name"
busy() { set -- $(grep -laFf "$folder.name" /proc/[0-9]*/cmdline); [ $# -gt 1 ]; }
tries=0
while busy && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
mounts() { awk -v at="$folder/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r; }
mounts | while read -r mount; do umount "$mount" || umount --lazy "$mount"; done
rm -rf --one-file-system "$folder" "$folder.lock" "$folder.name"
rmdir "$(dirname "$folder")"
`;

async function watch(folder: string, { command, stop }: DaemonOptions): Promise<void> {
  const { success } = await new Deno.Command("setsid", {
    args: [
      ...["--fork", "sh", "-c", WATCH, "sh"],
      ...[String(Deno.pid), folder, stop?.(folder) ?? ":"],
      ...command(folder),
    ],
    env: { PATH: `${Deno.env.get("PATH")}:/usr/local/sbin:/usr/sbin:/sbin` },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`failed to start a watcher for ${folder}`);
}

async function untilReady(folder: string, { command, probe }: DaemonOptions): Promise<void> {
  const [program, ...args] = probe(folder);
  for (let tries = 0; tries < 600; tries++) {
    const { success } = await new Deno.Command(program!, {
      args,
      stdout: "null",
      stderr: "null",
    }).output();
    if (success) return;
    if (await isThere(join(folder, "ended"))) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const log = await Deno.readTextFile(join(folder, "log")).catch(() => "no log");
  throw new Error(`failed to start "${command(folder).join(" ")}":\n${log.slice(-4000)}`);
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
