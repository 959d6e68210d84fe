import assert from "node:assert/strict";
import { openBase } from "../../src/base/mod.ts";
import {
  COMMON_FOLDERS,
  loaderFolders,
  parseLoaderCache,
  parseRelease,
} from "../../src/base/loader_facts.ts";
import { debianBase } from "../support/bases.ts";
import { run, toolTest } from "../support/tools.ts";

interface CacheEntry {
  readonly name: string;
  readonly path: string;
  readonly flags?: number;
  readonly hwcap?: bigint;
}

/** As `ldconfig` writes it, behind an old form when there is a `prefix`. */
function cacheOf(entries: readonly CacheEntry[], prefix = 0): Uint8Array<ArrayBuffer> {
  const header = 48 + entries.length * 24;
  const texts = new TextEncoder().encode(
    entries.map(({ name, path }) => `${name}\0${path}\0`).join(""),
  );
  const file = new Uint8Array(prefix + header + texts.length);
  const view = new DataView(file.buffer, prefix);
  file.set(new TextEncoder().encode("glibc-ld.so.cache1.1"), prefix);
  view.setUint32(20, entries.length, true);
  view.setUint32(24, texts.length, true);
  let at = header;
  entries.forEach(({ name, path, flags = 0x0303, hwcap = 0n }, i) => {
    const entry = 48 + i * 24;
    view.setUint32(entry, flags, true);
    view.setUint32(entry + 4, at, true);
    view.setUint32(entry + 8, at + name.length + 1, true);
    view.setBigUint64(entry + 16, hwcap, true);
    at += name.length + path.length + 2;
  });
  file.set(texts, prefix + header);
  return file;
}

const ENTRIES: readonly CacheEntry[] = [
  { name: "liba.so.1", path: "/lib32/liba.so.1", flags: 0x0003 },
  { name: "liba.so.1", path: "/lib/glibc-hwcaps/x86-64-v3/liba.so.1", hwcap: 1n << 62n },
  { name: "liba.so.1", path: "/lib/liba.so.1" },
  { name: "libb.so", path: "/opt/b/libb.so" },
];

Deno.test("parseLoaderCache() has what is for x86-64 and for all processors", () => {
  const expected = { "liba.so.1": "/lib/liba.so.1", "libb.so": "/opt/b/libb.so" };
  assert.deepEqual(parseLoaderCache(cacheOf(ENTRIES)), expected);
  assert.deepEqual(parseLoaderCache(cacheOf(ENTRIES, 24)), expected);
});

Deno.test("parseLoaderCache() reads what it can of a damaged file, and never throws", () => {
  const whole = cacheOf(ENTRIES);
  for (let length = 0; length < whole.length; length++) parseLoaderCache(whole.subarray(0, length));
  for (let at = 0; at < whole.length; at++) {
    const damaged = whole.slice();
    damaged[at] = 0xff;
    parseLoaderCache(damaged);
  }
  assert.deepEqual(parseLoaderCache(new Uint8Array()), {});
});

Deno.test("loaderFolders() finds an interpreter's own folders", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(loaderFolders(bytes("x/\0\0/lib64/\0/usr/lib64/\0/etc/\0")), [
    "/lib64",
    "/usr/lib64",
  ]);
  assert.deepEqual(loaderFolders(bytes("nothing of the kind")), COMMON_FOLDERS);
});

Deno.test("parseRelease() reads id and version, quoted or not", () => {
  const text = 'PRETTY_NAME="Debian 12"\nVERSION_ID="12"\nID=debian\n';
  assert.deepEqual(parseRelease(text), { id: "debian", version: "12" });
  assert.deepEqual(parseRelease("ID='arch'\n"), { id: "arch", version: "" });
  assert.equal(parseRelease("VERSION_ID=12\n"), undefined);
});

toolTest(
  { name: "openBase() knows where Debian's interpreter looks", needs: ["mmdebstrap"] },
  async () => {
    const { loader, release } = await openBase(`oci:${await debianBase()}`);
    assert.deepEqual(release, { id: "debian", version: "12" });
    const debian = "/lib/x86_64-linux-gnu";
    assert.deepEqual(loader.folders, [debian, `/usr${debian}`, "/lib", "/usr/lib"]);
    assert.equal(loader.cache["libc.so.6"], `${debian}/libc.so.6`);
  },
);

toolTest(
  {
    name: "parseLoaderCache() finds what ldconfig prints of this machine",
    needs: [],
    on: ["linux"],
  },
  async () => {
    let file: Uint8Array<ArrayBuffer>;
    try {
      file = await Deno.readFile("/etc/ld.so.cache");
    } catch {
      return; // A machine without one.
    }
    const { stdout } = await run("/sbin/ldconfig", ["-p"]);
    const printed = [...stdout.matchAll(/^\t(\S+) \(libc6,x86-64\) => (\S+)$/gm)]
      .map(([, name, path]) => [name!, path!] as const);
    const first = new Map([...printed].reverse());
    assert.ok(first.size > 10);
    assert.deepEqual(parseLoaderCache(file), Object.fromEntries(first));
  },
);
