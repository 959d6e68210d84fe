/** The programs that build images of Dockerfiles, each with its own storage and its own end. */
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { docker } from "./docker.ts";
import { type ContainerOptions, podman } from "./engines.ts";
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
    return await readImage(`docker-archive:${archive}`);
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
    await buildah(["push", "--quiet", tag, `oci-archive:${archive}`]);
    return await readImage(`oci-archive:${archive}`);
  },
  run: async (tag, options) => {
    await using folder = await temporaryFolder();
    const archive = join(folder.path, "image.tar");
    await buildah(["push", "--quiet", tag, `docker-archive:${archive}:${tag}`]);
    const [reference] = await podman.load(archive);
    return await podman.run(reference!, options);
  },
};

export const BUILDERS: readonly Builder[] = [dockerBuilder, buildahBuilder];

/** Who tries what takes a minute: one of them in the tests, all in `deno task soak builders`. */
export function slowBuilders(name: Builder["name"]): readonly Builder[] {
  const isSoak = Deno.env.get("RCC_OCI_SOAK") === "1";
  return BUILDERS.filter((builder) => isSoak || builder.name === name);
}

function buildArguments(args: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
}

/** buildah has no daemon; what is watched here is only that its storage is removed at the end. */
async function buildah(
  args: readonly string[],
  options: { readonly allowFailure?: boolean } = {},
): Promise<RunResult> {
  const folder = await startDaemon("buildah", {
    command: () => ["sleep", "infinity"],
    probe: () => ["true"],
  });
  const storage = [`--root=${join(folder, "root")}`, `--runroot=${join(folder, "run")}`];
  const env = { TMPDIR: folder, HOME: folder };
  return await run("buildah", ["--storage-driver=vfs", ...storage, ...args], { ...options, env });
}

async function readImage(name: string): Promise<BuiltImage> {
  await using folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  await run("skopeo", ["copy", "--quiet", name, `oci:${layout}:image`]);
  const { stdout } = await run("skopeo", ["inspect", "--config", `oci:${layout}:image`]);
  return { config: JSON.parse(stdout).config, tree: await mergedTree(layout) };
}
