import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar/fs";
import { temporaryFolder } from "./temporary_folder.ts";

/** The catalog that all tiny fixtures hold. */
export const TINY_HASH = "95867f930bb13171";

/** The path of something in `tests/fixtures`. */
export function fixturePath(...parts: readonly string[]): string {
  return join(fileURLToPath(new URL("../fixtures", import.meta.url)), ...parts);
}

/** The path of something in the large fixtures, where they are. */
export function largeFixturePath(...parts: readonly string[]): string | undefined {
  const beside = fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));
  const path = join(Deno.env.get("RCC_OCI_FIXTURES") ?? beside, ...parts);
  return existsSync(path) ? path : undefined;
}

/** The record of the restored space, as RCC wrote it. */
export async function readSpaceMeta(fixture: string): Promise<Uint8Array> {
  return gunzipSync(await readFile(fixturePath(fixture, "space.meta.json.gz")));
}

/** The library folder of `tiny-nocompress` or `tiny-shared`, unpacked for the scope of a test. */
export async function unpackLibrary(
  fixture: "tiny-nocompress" | "tiny-shared",
): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const [archive, name] = fixture === "tiny-shared"
    ? ["lib.tar.gz", "lib"]
    : ["hololib.tar.gz", "hololib"];
  const tar = gunzipSync(await readFile(fixturePath(fixture, archive)));
  await new Promise<void>((resolve, reject) => {
    const extract = unpackTar(folder.path);
    extract.on("finish", resolve).on("error", reject);
    extract.end(tar);
  });
  return {
    path: join(folder.path, name),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
