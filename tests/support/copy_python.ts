import { chmod, copyFile, cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { run } from "./tools.ts";

/** The Python of this machine, as it says itself. */
export interface SystemPython {
  /** Without symlinks. */
  readonly executable: string;
  /** Such as `3.11.2`. */
  readonly version: string;
  /** The folder of the standard library. */
  readonly stdlib: string;
}

const FACTS = `import json, os, platform, sys, sysconfig
print(json.dumps({
  "executable": os.path.realpath(sys.executable),
  "version": platform.python_version(),
  "stdlib": sysconfig.get_paths()["stdlib"],
}))`;

/** Needs the tool `python`. */
export async function systemPython(): Promise<SystemPython> {
  return JSON.parse((await run("python3", ["-c", FACTS])).stdout);
}

/** The folder of a Python's libraries below its prefix. */
export function pythonFolder({ version }: SystemPython): string {
  return `lib/python${version.split(".").slice(0, 2).join(".")}`;
}

/**
 * Copies a Python to another prefix so that it runs wherever that comes to lie, as conda's does:
 * with the libraries that it needs beside it, found from where it lies itself.
 *
 * @param patchelf The program that writes the search paths.
 */
export async function copyPython(
  python: SystemPython,
  prefix: string,
  patchelf: string,
): Promise<void> {
  const name = basename(pythonFolder(python));
  const stdlib = join(prefix, pythonFolder(python));
  const libraries = join(prefix, "lib");
  await mkdir(join(prefix, "bin"), { recursive: true });
  await cp(python.stdlib, stdlib, { recursive: true, dereference: true, filter: isCopied });
  await writeFile(join(stdlib, "sitecustomize.py"), SITE);
  const program = join(prefix, "bin", name);
  await copyFile(python.executable, program);
  await chmod(program, 0o755);
  for (const link of ["python", "python3"]) await symlink(name, join(prefix, "bin", link));
  const extensions = (await readdir(join(stdlib, "lib-dynload")))
    .map((file) => join(stdlib, "lib-dynload", file));
  const copies: string[] = [];
  for (const path of await neededLibraries([program, ...extensions])) {
    copies.push(join(libraries, basename(path)));
    await copyFile(path, copies.at(-1)!);
    await chmod(copies.at(-1)!, 0o644);
  }
  const setPath = async (path: string, files: readonly string[]) => {
    if (files.length > 0) await run(patchelf, ["--force-rpath", "--set-rpath", path, ...files]);
  };
  await setPath("$ORIGIN/../lib", [program]);
  await setPath("$ORIGIN/../..", extensions);
  await setPath("$ORIGIN", copies);
}

/** Debian's Python looks for packages elsewhere. */
const SITE = `import os, site, sys
site.addsitedir(os.path.join(sys.prefix, "lib", "python%d.%d" % sys.version_info[:2], "site-packages"))
`;

/** What is no part of the library, or large, or of no use without what a desktop has. */
const LEFT_OUT = [
  ...["site-packages", "dist-packages", "__pycache__", "EXTERNALLY-MANAGED", "sitecustomize.py"],
  ...["ensurepip", "idlelib", "lib2to3", "test", "tests", "tkinter", "turtledemo"],
];
const UNUSED_EXTENSION = /^(_tkinter|_curses|readline|_gdbm|_dbm|nis|_test|_ctypes_test|_?xx)/;

function isCopied(path: string): boolean {
  const name = basename(path);
  if (LEFT_OUT.includes(name) || name.startsWith("config-")) return false;
  return basename(dirname(path)) !== "lib-dynload" || !UNUSED_EXTENSION.test(name);
}

/** What glibc brings: the system's own has to be used. */
const OF_GLIBC = /^(ld-linux|lib(c|m|dl|pthread|rt|util|resolv|nsl|anl)\.so)/;
/** What extensions of wheels take for granted, and conda's packages bring along. */
const OF_COMPILER = ["libgcc_s.so.1", "libstdc++.so.6"];

/** The files of the libraries that these files need, but for glibc's. */
async function neededLibraries(files: readonly string[]): Promise<ReadonlySet<string>> {
  const { stdout } = await run("ldd", files);
  const { stdout: known } = await run("ldconfig", ["-p"]);
  const needed = [...stdout.matchAll(/=> (\/\S+) \(0x/g)].map(([, path]) => path!);
  const compilers = OF_COMPILER.flatMap((name) =>
    known.split("\n").find((line) => line.trim().startsWith(`${name} (libc6,x86-64)`))
      ?.split(" => ")[1] ?? []
  );
  const paths = new Map([...compilers, ...needed].map((path) => [basename(path), path]));
  return new Set([...paths].flatMap(([name, path]) => OF_GLIBC.test(name) ? [] : [path]));
}
