import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startDaemon } from "./daemon.ts";
import { containerName, type ContainerOptions, type Copy, type Engine } from "./engine.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, type RunOptions, type RunResult } from "./tools.ts";

/** A containerd of its own, with its `ctr`, which cannot choose a user or an entrypoint. */
export const containerd: Engine = {
  name: "containerd",
  needs: ["containerd"],
  runFlags: [],
  load: async (tarball) => {
    const { stdout } = await containerd.command(["images", "import", tarball]);
    return [...stdout.matchAll(/^unpacking (\S+)/gm)].map(([, name]) => name!);
  },
  run: async (reference, options = {}) => {
    const { args = [], copyOut = [], timeoutMs = 120_000 } = options;
    const name = containerName();
    await using log = await openLog();
    const flags = [
      ...["--log-uri", log.uri, ...flagsOf(options)],
      ...(copyOut.length === 0 ? ["--rm"] : []),
    ];
    const words = args.length === 0 ? [] : [...await entrypointOf(reference), ...args];
    const result = await log.join(
      await client(["run", ...flags, reference, name, ...words], { allowFailure: true, timeoutMs }),
    );
    if (copyOut.length > 0) {
      await copyFrom(name, copyOut);
      await containerd.command(["containers", "delete", name]);
    }
    return result;
  },
  command: (args, options = {}) => client(args, options),
};

/**
 * What a container prints, by a program that containerd starts with its streams: `ctr` itself closes
 * them at a container's end, and on a busy machine before it has read them.
 */
async function openLog() {
  const folder = await temporaryFolder();
  const program = join(folder.path, "log");
  await Deno.writeTextFile(program, LOG, { mode: 0o755 });
  const read = (name: string) => Deno.readFile(join(folder.path, name));
  return {
    uri: `binary://${program}`,
    join: async (result: RunResult): Promise<RunResult> => {
      if (!await isThere(join(folder.path, "begun"))) return result;
      for (let tries = 0; !await isThere(join(folder.path, "ended")); tries++) {
        if (tries === 1500) throw new Error("failed to read what a container printed: no end");
        await delay(20);
      }
      const stdoutBytes = await read("stdout");
      const stdout = new TextDecoder().decode(stdoutBytes);
      const stderr = new TextDecoder().decode(await read("stderr")) + result.stderr;
      return { ...result, stdout, stderr, stdoutBytes };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Its streams are 3 and 4; that 5 is closed says that it is ready. */
const LOG = `#!/bin/sh
trap "" TERM
folder=$(dirname "$0")
touch "$folder/begun"
exec 5>&-
cat <&3 > "$folder/stdout" 3<&- 4<&- &
cat <&4 > "$folder/stderr" 3<&- 4<&-
wait
touch "$folder/ended"
`;

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** `ctr` puts arguments in the place of Entrypoint and Cmd, other engines in that of Cmd alone. */
async function entrypointOf(reference: string): Promise<readonly string[]> {
  const { stdout } = await containerd.command(["images", "list", `name==${reference}`]);
  let document = await readContent(/sha256:[0-9a-f]{64}/.exec(stdout)![0]);
  if (document.manifests !== undefined) {
    const { digest } = document.manifests.find(({ platform }: Json) =>
      platform?.architecture === "amd64"
    );
    document = await readContent(digest);
  }
  return (await readContent(document.config.digest)).config?.Entrypoint ?? [];
}

// deno-lint-ignore no-explicit-any
type Json = any;

async function readContent(digest: string): Promise<Json> {
  return JSON.parse((await containerd.command(["content", "get", digest])).stdout);
}

function flagsOf(options: ContainerOptions): readonly string[] {
  const { entrypoint, user, env = {}, workdir, readOnly, tmpfs = [], mounts = [] } = options;
  if (entrypoint !== undefined || user !== undefined) {
    throw new RangeError("failed to run a container by ctr: it can choose no user or entrypoint");
  }
  return [
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...(workdir === undefined ? [] : ["--cwd", workdir]),
    ...(readOnly ? ["--read-only"] : []),
    ...tmpfs.flatMap((folder) => ["--mount", tmpfsMount(folder)]),
    ...mounts.flatMap(({ source, target, readOnly }) => [
      "--mount",
      `type=bind,src=${source},dst=${target},options=rbind:${readOnly ? "ro" : "rw"}`,
    ]),
  ];
}

function tmpfsMount(folder: string): string {
  const [path, options = "mode=1777"] = folder.split(":", 2);
  return `type=tmpfs,src=tmpfs,dst=${path},options=${options.replaceAll(",", ":")}`;
}

/** `ctr` says how to mount what a container left, which is all that there is for a copy. */
async function copyFrom(name: string, copies: readonly Copy[]): Promise<void> {
  await using folder = await temporaryFolder();
  const { stdout: mount } = await containerd.command(["snapshots", "mounts", folder.path, name]);
  await run("sh", ["-c", mount]);
  try {
    for (const { from, to } of copies) {
      await run("cp", ["--archive", join(folder.path, from), to]);
    }
  } finally {
    await run("umount", [folder.path]);
  }
}

async function client(args: readonly string[], options: RunOptions) {
  const folder = await startDaemon("containerd", {
    command: (folder) => [
      ...["containerd", "--root", join(folder, "root"), "--state", join(folder, "state")],
      ...["--address", join(folder, "socket")],
    ],
    probe: (folder) => ["ctr", "--address", join(folder, "socket"), "version"],
    stop: (folder) => {
      const ctr = `ctr --address ${join(folder, "socket")}`;
      return `for task in $(${ctr} tasks ls -q); do ${ctr} tasks delete --force $task; done`;
    },
  });
  return await run("ctr", ["--address", join(folder, "socket"), ...args], options);
}
