import { deepEqual, equal, rejects } from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure, type FailureId } from "../../src/failure/mod.ts";
import { afterRecording } from "../../src/holotree/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

interface Scene extends AsyncDisposable {
  readonly library: string;
  readonly lock: string;
  /** Holds the lock until it is disposed of. */
  hold(alone?: boolean): Promise<Deno.FsFile>;
}

/** A library of a user's own, or of all users of a machine, with its lock. */
async function scene(mode: "private" | "shared" = "private"): Promise<Scene> {
  const folder = await temporaryFolder();
  const library = join(folder.path, mode === "shared" ? "lib" : "hololib");
  const holotree = mode === "shared" ? folder.path : join(folder.path, "holotree");
  await mkdir(library);
  await mkdir(holotree, { recursive: true });
  const lock = join(holotree, "global.lck");
  return {
    library,
    lock,
    async hold(alone = true) {
      await writeFile(lock, "");
      const file = await Deno.open(lock, { write: true });
      await file.lock(alone);
      return file;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const missing = (what: string, id: FailureId = "environment/blob-missing") =>
  Promise.reject(new Failure(id, `failed to find ${what}`));

for (const mode of ["private", "shared"] as const) {
  Deno.test(`afterRecording() waits for what is missing while RCC records, in ${mode} mode`, async () => {
    await using where = await scene(mode);
    const { library, lock } = where;
    const recorder = await where.hold();
    const told: string[] = [];
    let looks = 0;
    const found = await afterRecording(library, async () => {
      looks++;
      if (looks === 1) return await missing("the catalog", "environment/catalog-invalid");
      if (looks === 2) return await missing("two");
      if (looks === 3) {
        recorder.close();
        return await missing("one");
      }
      return "whole";
    }, { onRecording: (lock) => told.push(lock) });
    deepEqual([found, looks, told], ["whole", 4, [lock]]);
  });
}

Deno.test("afterRecording() looks once more when nobody holds the lock any more, and no lock is left", async () => {
  await using where = await scene();
  (await where.hold()).close();
  let looks = 0;
  await rejects(afterRecording(where.library, () => missing(`${++looks}`)), /find 2$/);
  using alone = await where.hold();
  equal(await alone.tryLock(true), true);
});

Deno.test("afterRecording() takes another reader of the lock for nobody", async () => {
  await using where = await scene();
  using _reader = await where.hold(false);
  let looks = 0;
  await rejects(afterRecording(where.library, () => missing(`${++looks}`)), /find 2$/);
});

Deno.test("afterRecording() waits for nobody where there is no lock, and makes none", async () => {
  await using where = await scene();
  let looks = 0;
  await rejects(afterRecording(where.library, () => missing(`${++looks}`)), /find 1$/);
  equal(existsSync(where.lock), false);
});

Deno.test("afterRecording() gives up when nothing new comes", async () => {
  await using where = await scene();
  using _recorder = await where.hold();
  let looks = 0;
  const work = () => missing(looks++ < 3 ? `${looks}` : "3");
  await rejects(afterRecording(where.library, work, { limitMs: 0 }), /find 3$/);
  equal(looks, 4);
});

Deno.test("afterRecording() waits for nothing but what is missing", async () => {
  await using where = await scene();
  using _recorder = await where.hold();
  const damaged = () => missing("sense", "environment/blob-damaged");
  await rejects(afterRecording(where.library, damaged), /find sense$/);
  await rejects(afterRecording(where.library, () => Promise.reject(new TypeError("x"))), TypeError);
});

Deno.test("afterRecording() stops waiting with the signal's reason", async () => {
  await using where = await scene();
  using _recorder = await where.hold();
  const controller = new AbortController();
  await rejects(
    afterRecording(where.library, () => missing("it"), {
      signal: controller.signal,
      onRecording: () => controller.abort(new Error("interrupted")),
    }),
    /interrupted/,
  );
});
