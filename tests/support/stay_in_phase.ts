/** Builds that come to a phase and stay there, for tests of what ends them. */
import assert from "node:assert/strict";
import { randomFillSync } from "node:crypto";
import { chmod, mkdir, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { useCache } from "../../src/store/mod.ts";
import {
  type BuildScene,
  type EndedBuild,
  type RunningBuild,
  temporaryFiles,
  until,
} from "./build_scene.ts";
import { fault, serveRegistry } from "./faulty_registry.ts";
import { standinHost } from "./standin_resolver.ts";

/** What each signal ends a program with. */
export const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A build that stays in a phase, or a while at least, and how to tell that it is there. */
export interface Stay {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly arrived: (pid?: number) => Promise<boolean> | boolean;
  readonly dispose?: () => Promise<unknown>;
}

/** Bytes that keep a build busy in the phases that nothing holds it in. */
const MUCH = 48 * 1024 * 1024;
const TRIES = 20;
/** So many builds in a row may end before they are told of a signal. */
const LATE = 2;

/**
 * Sends a signal to a build in the phase, and waits for its end. A thread of the runtime's own hands
 * signals on: where a busy machine gives it no turn before the build is over, the build has ended as
 * if there had been none, and another is started.
 *
 * @param signal One of {@linkcode SIGNAL_CODES}.
 */
export async function signalInPhase(
  scene: BuildScene,
  stay: Stay,
  signal: string,
): Promise<EndedBuild & { readonly tookMs: number }> {
  for (let late = 0;; late++) {
    const { child, ended } = await stopInPhase(scene, stay);
    const start = performance.now();
    child.kill(signal as "SIGINT");
    child.kill("SIGCONT");
    const end = await ended;
    const tookMs = performance.now() - start;
    if (end.code !== 0 || late === LATE) return { ...end, tookMs };
    assert.match(end.stdout, /Build complete/);
    await removeOutputs(scene);
  }
}

/**
 * Starts a build, and stops it where it is in the phase. One that had left the phase before it stood
 * still is let go to its end, and another is started.
 */
export async function stopInPhase(
  scene: BuildScene,
  { args, env = {}, arrived }: Stay,
): Promise<RunningBuild> {
  for (let tries = 1;; tries++) {
    const build = scene.start(args, { env });
    let isOver = false;
    build.ended.then(() => isOver = true);
    await until(async () => isOver || await arrived(build.child.pid));
    if (await stop(build.child.pid) && await arrived(build.child.pid)) return build;
    send(build.child.pid, "SIGCONT");
    const { code, errors } = await build.ended;
    assert.deepEqual([code, errors], [0, []]);
    assert.ok(tries < TRIES, `none of ${TRIES} builds was stopped in the phase`);
    await removeOutputs(scene);
  }
}

async function removeOutputs({ cache, archive, layout }: BuildScene): Promise<void> {
  for (const path of [cache, archive, layout]) await rm(path, { recursive: true, force: true });
}

/** By the name of the phase. */
export const STAYS: Readonly<Record<string, (scene: BuildScene) => Promise<Stay>>> = {
  /** The system waits for a lock on the cache, as it does for a network file system that has gone. */
  async beginning({ cache, args }) {
    (await useCache(cache))[Symbol.dispose]();
    const path = join(cache, ".lock");
    const lock = await Deno.open(path);
    await lock.lock(true);
    return {
      args,
      arrived: (pid) => hasOpen(pid!, path),
      dispose: () => Promise.resolve(lock.close()),
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
      arrived: () =>
        Deno.stat(join(host.robocorpHome, "standin-stubborn")).then(() => true, () => false),
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
  /** Into the cache, and into a layout at the same time. */
  async layering({ folder, cache, archive, layout, args }) {
    await enlargeRobot(folder);
    return {
      args: [...args, "--save", archive, "--oci-layout", layout],
      arrived: () => isFarFromDone(join(cache, "blobs")),
    };
  },
  async saving({ folder, archive, args }) {
    await enlargeRobot(folder);
    return {
      args: [...args, "--save", archive],
      arrived: () => isFarFromDone(dirname(archive)),
    };
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

async function enlargeRobot(folder: string): Promise<void> {
  await writeFile(join(folder, "robot", "random"), randomFillSync(new Uint8Array(MUCH)));
}

/** Whether there are temporary files, and less than half of all that will be there. */
async function isFarFromDone(folder: string): Promise<boolean> {
  if ((await temporaryFiles(folder)).length === 0) return false;
  let size = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    size += await Deno.stat(join(folder, name)).then(({ size }) => size, () => 0);
  }
  return size < MUCH / 2;
}

async function blobNames(layout: string): Promise<readonly string[]> {
  const names = await readdir(join(layout, "blobs", "sha256")).catch(() => []);
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile, size }) => isFile && size > 0, () => false);
}

async function isRunning(pid: string): Promise<boolean> {
  return /[^ZX]/.test(await stateIn(`/proc/${pid}`));
}

/** Has a process stand still, all its threads. False: it has ended. */
async function stop(pid: number): Promise<boolean> {
  if (!send(pid, "SIGSTOP")) return false;
  let states = "";
  await until(async () => {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    states = (await Promise.all(threads.map((id) => stateIn(`/proc/${pid}/task/${id}`)))).join("");
    return /^[TZX]*$/.test(states);
  });
  return states.includes("T");
}

/** The letter of a process or a thread (`T`: stopped, `Z`: ended); none when it is not there. */
async function stateIn(folder: string): Promise<string> {
  const stat = await readFile(join(folder, "stat"), "latin1").catch(() => "");
  return /\) (.) /.exec(stat)?.[1] ?? "";
}

/** False: the process has ended. */
function send(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether the process has opened the file. */
export async function hasOpen(pid: number, path: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = names.map((name) => readlink(join(folder, name)).catch(() => ""));
  return (await Promise.all(targets)).includes(path);
}
