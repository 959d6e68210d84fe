/**
 * The most memory of a build: for the fixture of a whole Python, and for libraries made here. Writes
 * its section of docs/performance.md.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { debianBase } from "../../tests/support/bases.ts";
import { largeFixturePath } from "../../tests/support/fixtures.ts";
import { standinRcc } from "../../tests/support/standin.ts";
import { BENCH_FOLDER, sample, type SampleName } from "./libraries.ts";
import { runMeasured } from "./measured.ts";
import { replaceSection } from "./section.ts";

const MARKERS = { begin: "<!-- memory:begin -->", end: "<!-- memory:end -->" };
const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;
const NAMES: readonly SampleName[] = ["few", "medium"];

interface Library {
  readonly name: string;
  readonly robot: string;
  readonly hololib: string;
}

async function libraries(): Promise<readonly Library[]> {
  const robot = largeFixturePath("python", "robot");
  const hololib = largeFixturePath("python", "hololib.zip");
  const python = robot === undefined || hololib === undefined
    ? []
    : [{ name: "the Python fixture: 62 MB, 1,752 files", robot, hololib }];
  const samples = await Promise.all(NAMES.map(async (name) => {
    const { robot, hololib, size: { bytes, files } } = await sample(name);
    const what = `a sample: ${bytes / 1e9} GB, ${files.toLocaleString("en")} files`;
    return { name: what, robot, hololib };
  }));
  return [...python, ...samples];
}

/** In MB: a cold build to a layout, which goes away. */
async function peak({ robot, hololib }: Library): Promise<number> {
  const folder = join(BENCH_FOLDER, "memory");
  await rm(folder, { recursive: true, force: true });
  const { peakBytes } = await runMeasured([
    ...[Deno.execPath(), "run", "-A", MAIN, "build", "--robot", robot, "--hololib", hololib],
    ...["--base-image", `oci:${await debianBase()}`, "--rcc-exec", await standinRcc()],
    ...["--tag", "memory:1", "--oci-layout", join(folder, "layout")],
  ], { env: { RCC_OCI_CACHE: join(folder, "cache") } });
  await rm(folder, { recursive: true, force: true });
  return peakBytes / 1e6;
}

const rows: string[] = [];
for (const library of await libraries()) {
  rows.push(`| ${library.name} | ${Math.round(await peak(library))} MB |`);
}
const today = new Date().toISOString().slice(0, 10);
const text = `
## Memory of a build

A cold build onto Debian to an OCI layout, two workers; the most memory that was resident, by GNU time.

| library | most memory |
| ------- | ----------- |
${rows.join("\n")}

(${today}, Deno ${Deno.version.deno}; \`deno run -A scripts/bench/memory.ts\`)
`;
await replaceSection(new URL("../../docs/performance.md", import.meta.url), text, MARKERS);
