/** The programs that build images of Dockerfiles, each with its own storage and its own end. */
import { join } from "node:path";
import { docker } from "./docker.ts";
import { type ContainerOptions, podman } from "./engines.ts";
import { podmanFolder, storageFlags } from "./podman.ts";
import { IS_SOAK } from "./soak.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, type RunResult, type Tool } from "./tools.ts";
import { mergedTree } from "./verify_image.ts";
import type { Tree } from "./read_tree.ts";

/** An image that was built. */
export interface BuiltImage {
  /** The config's own `config`: Entrypoint, Env and so on. */
  // deno-lint-ignore no-explicit-any
  readonly config: any;
  /** What `umoci unpack` makes of it. */
  readonly tree: Tree;
}

/** Options of {@linkcode Builder.build}. */
export interface BuilderOptions {
  readonly tag: string;
  readonly args?: Readonly<Record<string, string>>;
}

export interface Builder {
  readonly name: "docker" | "buildah";
  /** What its tests need. */
  readonly needs: readonly Tool[];
  /** Takes an image of a `docker-archive` for FROM, which knows it by the archive's own name. */
  load(archive: string): Promise<void>;
  /** Builds without a network. */
  build(context: string, options: BuilderOptions): Promise<RunResult>;
  read(tag: string): Promise<BuiltImage>;
  run(tag: string, options?: ContainerOptions): Promise<RunResult>;
}

const dockerBuilder: Builder = {
  name: "docker",
  needs: ["docker", "skopeo", "umoci"],
  load: async (archive) => void await docker.load(archive),
  build: (context, { tag, args = {} }) =>
    docker.command(
      ["build", "--network=none", "--tag", tag, ...buildArguments(args), context],
      { allowFailure: true },
    ),
  read: async (tag) => {
    await using folder = await temporaryFolder();
    const archive = join(folder.path, "image.tar");
    await docker.command(["save", "--output", archive, tag]);
    // Its layers are plain, but must not stay so: skopeo would still call them gzip.
    return await readImage(`docker-archive:${archive}`, "--dest-compress-level=1");
  },
  run: (tag, options) => docker.run(tag, options),
};

const buildahBuilder: Builder = {
  name: "buildah",
  needs: ["buildah", "podman", "skopeo", "umoci"],
  load: async (archive) => void await buildah(["pull", "--quiet", `docker-archive:${archive}`]),
  build: (context, { tag, args = {} }) =>
    buildah(
      [
        ...["build", "--isolation=chroot", "--network=host", "--pull=false", "--tag", tag],
        ...[...buildArguments(args), context],
      ],
      { allowFailure: true },
    ),
  read: async (tag) => {
    await using folder = await temporaryFolder();
    const archive = join(folder.path, "image.tar");
    await buildah(["push", "--quiet", "--disable-compression", tag, `oci-archive:${archive}`]);
    return await readImage(`oci-archive:${archive}`, "--dest-oci-accept-uncompressed-layers");
  },
  run: (tag, options) => podman.run(tag, options),
};

export const BUILDERS: readonly Builder[] = [dockerBuilder, buildahBuilder];

/** Who tries what takes a minute: one of them in the tests, all in `deno task soak builders`. */
export function slowBuilders(name: Builder["name"]): readonly Builder[] {
  return BUILDERS.filter((builder) => IS_SOAK || builder.name === name);
}

function buildArguments(args: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
}

/** In podman's storage, so that podman runs what was built. */
async function buildah(
  args: readonly string[],
  options: { readonly allowFailure?: boolean } = {},
): Promise<RunResult> {
  const folder = await podmanFolder();
  const env = { TMPDIR: folder, HOME: folder };
  return await run("buildah", [...storageFlags(folder), ...args], { ...options, env });
}

/** With a flag that has skopeo pack no more than it must: the layers are unpacked at once. */
async function readImage(name: string, flag: string): Promise<BuiltImage> {
  await using folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  await run("skopeo", ["copy", "--quiet", flag, name, `oci:${layout}:image`]);
  const { stdout } = await run("skopeo", ["inspect", "--config", `oci:${layout}:image`]);
  return { config: JSON.parse(stdout).config, tree: await mergedTree(layout) };
}
