import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { commonFlags, containerName, type Engine, loadedReferences, unpackCopy } from "./engine.ts";
import { run } from "./tools.ts";

/** podman as root with runc, and storage of its own. It adds no line to the image's passwd. */
export const podman: Engine = {
  name: "podman",
  needs: ["podman"],
  runFlags: [
    ...["--pull=never", "--passwd=false"],
    ...["--ulimit=nofile=20000:20000", "--ulimit=nproc=1000:1000"],
  ],
  load: async (tarball) => {
    const { stdout } = await podman.command(["load", "--quiet", "--input", tarball]);
    return loadedReferences(stdout);
  },
  run: async (reference, options = {}) => {
    const { args = [], copyOut = [], readOnly, timeoutMs = 120_000 } = options;
    const name = containerName();
    const flags = [
      ...[`--name=${name}`, ...podman.runFlags],
      ...(readOnly ? ["--read-only-tmpfs=false"] : []),
      ...(copyOut.length === 0 ? ["--rm"] : []),
      ...commonFlags(options),
    ];
    const result = await run("podman", [...await global(), "run", ...flags, reference, ...args], {
      allowFailure: true,
      timeoutMs,
    });
    if (copyOut.length > 0) {
      for (const copy of copyOut) {
        const { stdoutBytes } = await podman.command(["cp", `${name}:${copy.from}`, "-"]);
        await unpackCopy(stdoutBytes, copy);
      }
      await podman.command(["rm", "--force", name]);
    }
    return result;
  },
  command: async (args, options = {}) => await run("podman", [...await global(), ...args], options),
};

/** The client on the same storage, as words of a shell. */
export async function podmanClient(): Promise<string> {
  return ["podman", ...await global()].join(" ");
}

async function global(): Promise<readonly string[]> {
  return flags(await podmanFolder());
}

/** podman has no daemon; what is watched here is only that its storage is removed at the end. */
export async function podmanFolder(): Promise<string> {
  return await startDaemon("podman", {
    command: () => ["sleep", "infinity"],
    probe: () => ["true"],
    stop: (folder) => `podman ${flags(folder).join(" ")} rm --force --all --time 0`,
  });
}

function flags(folder: string): readonly string[] {
  return [
    ...["--runtime=runc", "--cgroup-manager=cgroupfs", "--events-backend=file"],
    ...[...storageFlags(folder), `--tmpdir=${join(folder, "tmp")}`],
  ];
}

/** Where images and containers are, for everybody who works upon the same. */
export function storageFlags(folder: string): readonly string[] {
  return [
    ...["--storage-driver=overlay", `--root=${join(folder, "root")}`],
    `--runroot=${join(folder, "run")}`,
  ];
}
