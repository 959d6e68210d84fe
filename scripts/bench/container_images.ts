/** Images of the fixtures, each as it is and sealed, on Debian. */
import { join } from "node:path";
import { type Catalog, findEnvironment, spaceLayout, walkCatalog } from "../../src/holotree/mod.ts";
import { debianBase } from "../../tests/support/bases.ts";
import { fixturePath, largeFixturePath, unpackLibrary } from "../../tests/support/fixtures.ts";
import { runProgram } from "../../tests/support/program.ts";
import { standinRcc } from "../../tests/support/standin.ts";

/** A fixture of tests/fixtures, or the large one. */
export interface Fixture extends AsyncDisposable {
  readonly name: string;
  readonly robot: string;
  readonly hololib: string;
}

/** An image, as a file, and what it consists of. Sizes in bytes. */
export interface FixtureImage {
  readonly fixture: string;
  readonly sealed: boolean;
  readonly reference: string;
  readonly archive: string;
  /** Where its environment is. */
  readonly space: string;
  /** As it is sent and stored. */
  readonly packed: Sizes;
  /** Its layers as tars; of the environment, the files that the catalog names and nothing else. */
  readonly unpacked: Sizes;
}

export interface Sizes {
  readonly image: number;
  readonly environment: number;
  readonly base: number;
}

/** All fixtures that are here. */
export async function fixtures(): Promise<readonly Fixture[]> {
  const tiny = fixturePath("tiny", "robot");
  const others = await Promise.all((["tiny-nocompress", "tiny-shared"] as const).map(
    async (name) => {
      const library = await unpackLibrary(name);
      const dispose = () => library[Symbol.asyncDispose]();
      return { name, robot: tiny, hololib: library.path, [Symbol.asyncDispose]: dispose };
    },
  ));
  const fromZip = (name: string, robot: string, hololib: string): Fixture => (
    { name, robot, hololib, [Symbol.asyncDispose]: () => Promise.resolve() }
  );
  const [robot, hololib] = ["robot", "hololib.zip"].map((part) => largeFixturePath("python", part));
  return [
    fromZip("tiny", tiny, fixturePath("tiny", "hololib.zip")),
    ...others,
    ...(robot === undefined || hololib === undefined ? [] : [fromZip("python", robot, hololib)]),
  ];
}

/** Builds the image into a folder. @throws {Error} with what the program said when it fails. */
export async function fixtureImage(
  { name, robot, hololib }: Fixture,
  { folder, sealed }: { readonly folder: string; readonly sealed: boolean },
): Promise<FixtureImage> {
  const kind = sealed ? "sealed" : "normal";
  const tag = `start/${name}-${kind}:1`;
  const [archive, metadata] = [`${name}-${kind}.tar`, `${name}-${kind}.json`]
    .map((file) => join(folder, file)) as [string, string];
  const options = { cache: join(folder, "cache") };
  const built = await runProgram([
    ...["build", "--robot", robot, "--hololib", hololib, "--rcc-exec", await standinRcc()],
    ...["--base-image", `oci:${await debianBase()}`, "--tag", tag, "--save", archive],
    ...["--task", name === "python" ? "Run Task" : "Hello", "--metadata-file", metadata],
    ...(sealed ? ["--sealed"] : []),
  ], options);
  if (built.code !== 0) throw new Error(built.stderr);
  const inspected = await runProgram(["inspect", archive, "--json"], options);
  const { images: [{ layers, totalSize, parts }] } = JSON.parse(inspected.stdout);
  const { catalog } = await findEnvironment([{ path: hololib, origin: "given" }], {});
  return {
    fixture: name,
    sealed,
    reference: `docker.io/${tag}`,
    archive,
    space: spaceLayout(catalog.path, { home: "/home/robot", robocorpHome: "" }).folder,
    packed: { image: totalSize, environment: parts.environment, base: parts.base },
    unpacked: {
      image: tarSizes(layers),
      environment: contentSize(catalog),
      base: tarSizes(layers.filter(({ part }: InspectedLayer) => part === "base")),
    },
  };
}

/** As `inspect --json` has it. */
interface InspectedLayer {
  readonly part: string;
  readonly tarSize: number;
}

function tarSizes(layers: readonly InspectedLayer[]): number {
  return layers.reduce((sum, { tarSize }) => sum + tarSize, 0);
}

function contentSize(catalog: Catalog): number {
  return [...walkCatalog(catalog)].reduce(
    (sum, entry) =>
      entry.kind === "file" && entry.symlink === undefined
        ? sum + catalog.contents.sizeOf(entry.content)
        : sum,
    0,
  );
}
