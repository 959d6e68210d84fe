import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { commonFlags, containerName, type Engine, loadedReferences, unpackCopy } from "./engine.ts";
import { run, type RunOptions } from "./tools.ts";

/** A dockerd of its own, without networks. */
export const docker: Engine = {
  name: "docker",
  needs: ["docker"],
  runFlags: [],
  load: async (tarball) => {
    const { stdout } = await docker.command(["load", "--quiet", "--input", tarball]);
    return loadedReferences(stdout);
  },
  run: async (reference, options = {}) => {
    const { args = [], copyOut = [], timeoutMs = 120_000 } = options;
    const name = containerName();
    const flags = [
      `--name=${name}`,
      ...(copyOut.length === 0 ? ["--rm"] : []),
      ...commonFlags(options),
    ];
    const result = await client(["run", ...flags, reference, ...args], {
      allowFailure: true,
      timeoutMs,
    });
    if (copyOut.length > 0) {
      for (const copy of copyOut) {
        const { stdoutBytes } = await docker.command(["cp", `${name}:${copy.from}`, "-"]);
        await unpackCopy(stdoutBytes, copy);
      }
      await docker.command(["rm", "--force", "--volumes", name]);
    }
    return result;
  },
  command: (args, options = {}) => client(args, options),
};

/** The client of the same daemon, as words of a shell. */
export async function dockerClient(): Promise<string> {
  return `docker --host ${socket(await daemonFolder())}`;
}

async function client(args: readonly string[], options: RunOptions) {
  const folder = await daemonFolder();
  const env = { DOCKER_HOST: socket(folder), DOCKER_CONFIG: join(folder, "client") };
  return await run("docker", args, { ...options, env });
}

async function daemonFolder(): Promise<string> {
  return await startDaemon("docker", {
    files: { "daemon.json": "{}" },
    command: (folder) => [
      ...["dockerd", "--config-file", join(folder, "daemon.json"), "--host", socket(folder)],
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
      ...["--pidfile", join(folder, "pid"), "--bridge=none", "--iptables=false"],
      ...["--ip6tables=false", "--ip-forward=false", "--userland-proxy=false"],
    ],
    probe: (folder) => ["docker", "--host", socket(folder), "info"],
    stop: (folder) => {
      const docker = `docker --host ${socket(folder)}`;
      return `for id in $(${docker} ps --quiet); do ${docker} kill $id; done`;
    },
  });
}

function socket(folder: string): string {
  return `unix://${join(folder, "socket")}`;
}
