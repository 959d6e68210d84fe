import { createHash } from "node:crypto";
import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import { recipeOf } from "./recipe.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run } from "./tools.ts";
import {
  COMMON_CONFIG,
  type ImageSpec,
  type LayerEntry,
  layerOf,
  writeLayout,
  writeMultiLayout,
} from "./write_layout.ts";

/** Any image that a test thinks of. */
export async function baseOf(image: ImageSpec): Promise<string> {
  const { layers, ...rest } = image;
  const names = layers.map(({ tar, codec = "" }) =>
    codec + createHash("sha256").update(tar).digest("hex")
  );
  return await makeOnce("made-base", {
    recipe: JSON.stringify([names, rest]) + await recipeOf("write_layout.ts"),
    make: (folder) => writeLayout(folder, image),
  });
}

/** For another processor only. */
export async function arm64Base(): Promise<string> {
  return await baseOf({
    layers: [layerOf(SYSTEM)],
    config: COMMON_CONFIG,
    architecture: "arm64",
  });
}

/** An index with images for arm64, s390x and amd64, and an attestation. */
export async function multiPlatformBase(): Promise<string> {
  const image = (architecture: string) => ({
    layers: [layerOf([...SYSTEM, { path: "etc/architecture", content: `${architecture}\n` }])],
    config: COMMON_CONFIG,
    architecture,
  });
  return await makeOnce("multi-platform-base", {
    recipe: await recipeOf("small_bases.ts", "write_layout.ts"),
    make: (folder) => writeMultiLayout(folder, ["arm64", "s390x", "amd64"].map(image)),
  });
}

/** One layer for each way to store it: gzip, zstd and plain. */
export async function manyCodecsBase(): Promise<string> {
  const file = (path: string) => layerOf([{ path, content: `${path}\n` }]);
  return await baseOf({
    layers: [
      { ...layerOf(SYSTEM), codec: "gzip" },
      { ...file("etc/zstd"), codec: "zstd" },
      { ...file("etc/plain"), codec: "none" },
    ],
    config: COMMON_CONFIG,
  });
}

/** The names that a system with musl has, and no glibc. */
export async function muslBase(): Promise<string> {
  const layer = layerOf([
    ...SYSTEM,
    { path: "etc/alpine-release", content: "3.20.3\n" },
    { path: "etc/os-release", content: `NAME="Alpine Linux"\nID=alpine\n` },
    { path: "lib", type: "5" },
    { path: "lib/ld-musl-x86_64.so.1", mode: 0o755, content: "\x7fELF" },
    { path: "lib/libc.musl-x86_64.so.1", type: "2", target: "ld-musl-x86_64.so.1" },
  ]);
  return await baseOf({ layers: [layer], config: COMMON_CONFIG });
}

/**
 * A glibc base of version 2.`minor`: a loader and a libc.so.6 that define the symbol versions from
 * GLIBC_2.2.5 to it, and nothing that could be run. Needs `cc`.
 */
export async function glibcBase(minor: number): Promise<string> {
  const layer = layerOf([
    ...SYSTEM,
    { path: "lib64", type: "5" },
    {
      path: `lib64/ld-2.${minor}.so`,
      mode: 0o755,
      content: await stubLibrary("ld-linux-x86-64.so.2", minor),
    },
    { path: "lib64/ld-linux-x86-64.so.2", type: "2", target: `ld-2.${minor}.so` },
    {
      path: `lib64/libc-2.${minor}.so`,
      mode: 0o755,
      content: await stubLibrary("libc.so.6", minor),
    },
    { path: "lib64/libc.so.6", type: "2", target: `libc-2.${minor}.so` },
  ]);
  return await baseOf({ layers: [layer], config: COMMON_CONFIG });
}

/** The least that looks like a system. */
const SYSTEM: readonly LayerEntry[] = [
  { path: "etc", type: "5" },
  { path: "etc/passwd", content: "root:x:0:0:root:/root:/bin/sh\n" },
  { path: "etc/group", content: "root:x:0:\n" },
  { path: "root", type: "5", mode: 0o700 },
  { path: "tmp", type: "5", mode: 0o1777 },
  { path: "usr", type: "5" },
];

/** A shared library that defines a symbol for every version of glibc up to 2.`minor`. */
async function stubLibrary(soname: string, minor: number): Promise<Uint8Array<ArrayBuffer>> {
  await using folder = await temporaryFolder();
  const cwd = folder.path;
  const later = Array.from({ length: minor - 2 }, (_, i) => `2.${i + 3}`);
  const versions = ["2.2.5", ...later].map((version) => ({
    version,
    symbol: `since_${version.replaceAll(".", "_")}`,
  }));
  const map = versions.map(({ version, symbol }) => `GLIBC_${version} { global: ${symbol}; };`);
  const source = versions.map(({ symbol }) => `void ${symbol}(void) {}`);
  await Deno.writeTextFile(join(cwd, "versions"), map.join("\n"));
  await Deno.writeTextFile(join(cwd, "stub.c"), source.join("\n"));
  await run("gcc", [
    ...["-shared", "-nostdlib", "-s", "-o", "stub.so", "stub.c"],
    ...[`-Wl,-soname,${soname}`, "-Wl,--version-script=versions"],
  ], { cwd });
  return await Deno.readFile(join(cwd, "stub.so"));
}
