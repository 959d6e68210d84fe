import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { containerName, type ContainerOptions, type Copy, type Engine } from "./engine.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, type RunOptions } from "./tools.ts";

/** A containerd of its own, with its `ctr`, which cannot choose a user or an entrypoint. */
export const containerd: Engine = {
  name: "containerd",
  needs: ["containerd"],
  load: async (tarball) => {
    const { stdout } = await containerd.command(["images", "import", tarball]);
    return [...stdout.matchAll(/^unpacking (\S+)/gm)].map(([, name]) => name!);
  },
  run: async (reference, options = {}) => {
    const { args = [], copyOut = [], timeoutMs = 120_000 } = options;
    const name = containerName();
    const flags = [...flagsOf(options), ...(copyOut.length === 0 ? ["--rm"] : [])];
    const words = args.length === 0 ? [] : [...await entrypointOf(reference), ...args];
    const result = await client(["run", ...flags, reference, name, ...words], {
      allowFailure: true,
      timeoutMs,
    });
    if (copyOut.length > 0) {
      await copyFrom(name, copyOut);
      await containerd.command(["containers", "delete", name]);
    }
    return result;
  },
  command: (args, options = {}) => client(args, options),
};

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
