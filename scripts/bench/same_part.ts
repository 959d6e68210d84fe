import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeHololibZip } from "../../tests/support/library_writer.ts";
import { run } from "../../tests/support/tools.ts";
import { CACHE, LAYOUT, remove } from "./folder.ts";
import type { BenchLibrary } from "./libraries.ts";
import type { Measured } from "./measured.ts";
import { imageIn } from "./own_build.ts";
import {
  type ByLibrary,
  eachLibrary,
  megabytes,
  pairs,
  type Part,
  type PartContext,
  seconds,
  table,
  withoutHuge,
} from "./part.ts";

interface SameRow {
  readonly what: string;
  readonly run: Measured;
  /** Of the image. */
  readonly digest: string;
}

/** Another machine: other orders of files, other inode numbers, another language, zone and mask. */
const ELSEWHERE = { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Asia/Kathmandu" };

/** The same image, whoever builds it and from what. */
export const samePart: Part<ByLibrary<readonly SameRow[]>> = {
  name: "same",

  async run(context) {
    const found = await eachLibrary(withoutHuge(context), (library) => measure(library, context));
    await remove(LAYOUT, CACHE);
    return found;
  },

  render(result) {
    return pairs(result).flatMap(([name, rows]) => {
      const isSame = rows.every(({ digest }) => digest === rows[0]!.digest);
      return [
        `The image of the ${name} library, cold: ${
          isSame ? "the same in all of these ways" : "**the images differ**"
        }.`,
        table(
          ["from", "time", "processor", "peak memory", "image"],
          rows.map(({ what, run, digest }) => [
            what,
            seconds(run.seconds),
            seconds(run.cpuSeconds),
            megabytes(run.peakBytes),
            `\`${digest.slice(0, "sha256:".length + 16)}…\``,
          ]),
        ),
      ];
    }).join("\n\n");
  },
};

async function measure(
  library: BenchLibrary,
  { program, say }: PartContext,
): Promise<readonly SameRow[]> {
  const rows: SameRow[] = [];
  const build = async (what: string, { args = [], hololib = library.hololib, env = {} }: {
    readonly args?: readonly string[];
    readonly hololib?: string;
    readonly env?: Readonly<Record<string, string>>;
  }) => {
    say(`same, ${library.name}: ${what}`);
    await remove(LAYOUT, CACHE);
    const measured = await program.build(
      { ...library, hololib },
      { args: ["--oci-layout", LAYOUT, ...args], env },
    );
    rows.push({ what, run: measured, digest: (await imageIn(LAYOUT)).digest });
  };
  for (const jobs of ["1", "2", "8"]) {
    await build(`its folder, ${jobs} workers`, { args: ["--jobs", jobs] });
  }
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const zip = join(folder, "hololib.zip");
    await writeHololibZip({ library: library.hololib, catalog: library.hash, to: zip });
    await build("a hololib.zip", { hololib: zip });
    const copy = join(folder, "hololib");
    await copyBackwards(library.hololib, copy);
    await build("a copy in another order, in Turkish", { hololib: copy, env: ELSEWHERE });
  } finally {
    await remove(folder);
  }
  return rows;
}

/** Makes the last file first, so that its folders list their files in another order. */
async function copyBackwards(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const part of await readdir(from)) {
    const script = `find "$1" ! -type d | LC_ALL=C sort --reverse |
      tar --create --files-from - | tar --extract --directory "$2"`;
    await run("sh", ["-c", script, "sh", part, to], { cwd: from });
  }
}
