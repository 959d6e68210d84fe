/** Builds that come to a phase and stay there, for tests of what ends them. */
import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildScene, leftovers } from "./build_scene.ts";
import { fault, serveRegistry } from "./faulty_registry.ts";
import { standinHost } from "./standin_resolver.ts";
import { run } from "./tools.ts";

/** What each signal ends a program with. */
export const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A build that stays in a phase, and how to tell that it has come there. */
export interface Stay {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly arrived: () => Promise<boolean> | boolean;
  readonly dispose?: () => Promise<unknown>;
}

/** By the name of the phase. */
export const STAYS: Readonly<Record<string, (scene: BuildScene) => Promise<Stay>>> = {
  /** The other end of a pipe writes nothing, as a network file system that has gone. */
  async reading({ folder, args }) {
    const pipe = join(folder, "robot", ".gitignore");
    await Deno.remove(pipe);
    await run("mkfifo", [pipe]);
    let end: Deno.FsFile | undefined;
    Deno.open(pipe, { write: true }).then((file) => end = file);
    return {
      args,
      arrived: () => end !== undefined,
      dispose: () => Promise.resolve(end?.close()),
    };
  },
  /** An rcc that does not end when it is told to. */
  async resolving({ args }) {
    const host = await standinHost();
    const calls = () => host.calls().catch(() => []); // One may be half-written.
    const building = async () => (await calls()).find(({ args }) => args[0] === "holotree");
    return {
      args: [...withoutLibrary(args), "--resolve"],
      env: { ...host.env, STANDIN_RESOLVE: "stubborn" },
      arrived: async () => await building() !== undefined,
      async dispose() {
        assert.equal(await isRunning(`${(await building())!.pid}`), false, "rcc has ended");
        await host[Symbol.asyncDispose]();
      },
    };
  },
  async pulling({ args }) {
    let isAsked = false;
    const registry = await serveRegistry({
      faults: [fault("GET", /\/blobs\//, { answer: () => isAsked = true })],
    });
    registry.addImage("base:1", new Uint8Array(1000));
    return {
      args: [...args, "--base-image", `${registry.host}/base:1`],
      arrived: () => isAsked,
      dispose: async () => await registry[Symbol.asyncDispose](),
    };
  },
  layering({ cache, args }) {
    return Promise.resolve({
      args,
      arrived: async () => (await leftovers(join(cache, "blobs"))).length > 0,
    });
  },
  saving({ archive, args }) {
    return Promise.resolve({
      args: [...args, "--save", archive],
      arrived: async () => (await leftovers(join(archive, ".."))).length > 0,
    });
  },
  /** Somebody else writes the layout's index. */
  async adding({ layout, args }) {
    await mkdir(layout);
    await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    const lock = await Deno.open(join(layout, "oci-layout"));
    await lock.lock(true);
    return {
      args: [...args, "--oci-layout", layout],
      arrived: async () => (await blobNames(layout)).length >= 6,
      dispose: () => Promise.resolve(lock.close()),
    };
  },
  async pushing({ args }) {
    let isAsked = false;
    const registry = await serveRegistry({
      faults: ["PATCH", "PUT"].map((method) =>
        fault(method, /\/uploads\//, {
          answer({ request }) {
            request.once("data", () => isAsked = true);
          },
        })
      ),
    });
    return {
      args: [...args, "--push", "-t", `${registry.host}/bot:1`],
      arrived: () => isAsked,
      dispose: async () => await registry[Symbol.asyncDispose](),
    };
  },
  /** An engine's client that reads nothing and does not want to end. */
  async loading({ folder, args }) {
    const started = join(folder, "out", "started");
    await writeFile(
      join(folder, "docker"),
      `#!/bin/sh\n[ "$1" = version ] && exit\ntrap "" TERM INT HUP\n` +
        `echo $$ > "${started}"\nwhile :; do sleep 1; done\n`,
    );
    await chmod(join(folder, "docker"), 0o755);
    return {
      args: [...args, "--load", "docker"],
      env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
      arrived: () => isFile(started),
      async dispose() {
        const pid = (await readFile(started, "utf8")).trim();
        assert.equal(await isRunning(pid), false, "the engine's client has ended");
        await Deno.remove(started);
      },
    };
  },
};

function withoutLibrary(args: readonly string[]): readonly string[] {
  const at = args.indexOf("--hololib");
  return args.filter((_, i) => i !== at && i !== at + 1);
}

async function blobNames(layout: string): Promise<readonly string[]> {
  const names = await readdir(join(layout, "blobs", "sha256")).catch(() => []);
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile, size }) => isFile && size > 0, () => false);
}

async function isRunning(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}
