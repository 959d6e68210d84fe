// deno-lint-ignore-file no-console
/**
 * What takes longer than a test may: `deno task soak [part...] [--minutes=N] [--seed=N]`.
 *
 *     fuzz     every suite of tests/fuzz, in turn, until the time is over
 *     killed   a build killed at 100 moments, each followed by another, or as many as time allows
 *     signals  each signal in each phase: exit code, and how long the end takes
 *     many     20 builds at once into one layout, with one cache
 *     full     a disk of 10 sizes for layout and archive
 *     poison   every file of a cache damaged in every way, each followed by two builds
 *     layers   an environment of real packages in one layer and in as many as may be, in every engine
 *     matrix   every kind of image, run by every uid and with a read-only root
 *     places   environments in every folder that a host may have
 *     builders Dockerfiles of a robot with Python, by docker and by buildah
 *     real     environments of real packages in every engine, and one that is being recorded
 *     browser  the example of a browser on a base that is built for it
 *     verify   images of every kind built anew, and tampered with in every way
 *     registry a registry and a token server with each of their faults
 *
 * Without a part all of them run. Prints a table for each, as docs/reliability.md has them.
 */
import { soakBrowser } from "./soak/browser.ts";
import { soakBuilders } from "./soak/builders.ts";
import { soakFuzz } from "./soak/fuzz.ts";
import { soakLayers } from "./soak/layers.ts";
import { soakMatrix } from "./soak/matrix.ts";
import { soakPoison } from "./soak/poison.ts";
import { soakPlaces } from "./soak/places.ts";
import { soakReal } from "./soak/real.ts";
import { soakRegistry } from "./soak/registry.ts";
import { soakVerify } from "./soak/verify.ts";
import { soakFull, soakKilled, soakMany, soakSignals } from "./soak/builds.ts";

const PARTS: Readonly<Record<string, (options: SoakOptions) => Promise<void>>> = {
  fuzz: soakFuzz,
  killed: soakKilled,
  signals: soakSignals,
  many: soakMany,
  full: soakFull,
  poison: soakPoison,
  layers: soakLayers,
  matrix: soakMatrix,
  places: soakPlaces,
  builders: soakBuilders,
  real: soakReal,
  browser: soakBrowser,
  verify: soakVerify,
  registry: soakRegistry,
};

export interface SoakOptions {
  /** For the fuzzing, and the most for the killing. */
  readonly minutes: number;
  readonly seed: number;
}

if (import.meta.main) await main(Deno.args);

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, otherwise: number) =>
    Number(args.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1] ?? otherwise);
  const options = { minutes: option("minutes", 10), seed: option("seed", Date.now() % 2 ** 31) };
  const asked = args.filter((arg) => !arg.startsWith("--"));
  const unknown = asked.filter((name) => !(name in PARTS));
  if (unknown.length > 0) throw new Error(`expected ${Object.keys(PARTS)}, found ${unknown}`);
  for (const [name, soak] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n## ${name}\n`);
    await soak(options);
  }
}
