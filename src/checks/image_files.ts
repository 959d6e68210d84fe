import type { Tree } from "../base/mod.ts";

/** What stands in an environment at a path relative to it: a folder is known by what is in it. */
export interface EnvironmentFile {
  readonly path: string;
  /** Where it points to, when it is a symlink, to a folder too. */
  readonly symlink?: string | undefined;
}

/** Options of {@linkcode ImageFiles}. */
export interface ImageFilesOptions {
  readonly tree: Pick<Tree, "get">;
  /** Where the environment will stand, absolute. */
  readonly folder: string;
  readonly files: Iterable<EnvironmentFile>;
}

/** A file of the image. */
export interface FileOfImage {
  /** Absolute, without any symlink. */
  readonly path: string;
  /** Relative to the environment, when it is in it. */
  readonly own?: string;
}

/** As many as the kernel follows: https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const MOST_LINKS = 40;

/** Finds files as a container would, in the environment and in the base below it. */
export class ImageFiles {
  readonly #tree: Pick<Tree, "get">;
  /** Targets of symlinks, and nothing for files. */
  readonly #own = new Map<string, string | undefined>();
  readonly #folders = new Map<string, string>();
  /** Of the environment, without any symlink. */
  #root = "/";

  constructor({ tree, folder, files }: ImageFilesOptions) {
    this.#tree = tree;
    const slash = folder.lastIndexOf("/");
    this.#root = `${this.#reach(folder.slice(0, slash), 0) ?? ""}${folder.slice(slash)}`;
    this.#folders.clear();
    for (const { path, symlink } of files) this.#own.set(path, symlink);
  }

  /** The file that a path leads to, which must be absolute. */
  find(path: string): FileOfImage | undefined {
    const reached = this.#reach(path, 0);
    if (reached === undefined) return undefined;
    const own = this.#ownPath(reached);
    if (own !== undefined) return this.#own.has(own) ? { path: reached, own } : undefined;
    return this.#tree.get(reached)?.type === "file" ? { path: reached } : undefined;
  }

  /** A file or symlink of the environment by its name alone, wherever it is; relative to it. */
  ownNamed(name: string): string | undefined {
    return this.#own.keys().find((path) => path === name || path.endsWith(`/${name}`));
  }

  /** Without symlinks; what does not exist stays as it is written. */
  #reach(path: string, links: number): string | undefined {
    if (path === "" || links > MOST_LINKS) return links > MOST_LINKS ? undefined : "";
    const slash = path.lastIndexOf("/");
    const folder = this.#reachFolder(path.slice(0, slash), links);
    if (folder === undefined) return undefined;
    const name = path.slice(slash + 1);
    if (name === "" || name === ".") return folder;
    if (name === "..") return folder.slice(0, Math.max(folder.lastIndexOf("/"), 0));
    const reached = `${folder}/${name}`;
    const target = this.#targetOf(reached);
    if (target === undefined) return reached;
    return this.#reach(target.startsWith("/") ? target : `${folder}/${target}`, links + 1);
  }

  #reachFolder(path: string, links: number): string | undefined {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const reached = this.#reach(path, links);
    if (reached !== undefined) this.#folders.set(path, reached);
    return reached;
  }

  #targetOf(path: string): string | undefined {
    const own = this.#ownPath(path);
    if (own !== undefined) return this.#own.get(own);
    const node = this.#tree.get(path);
    return node?.type === "symlink" ? node.target : undefined;
  }

  #ownPath(path: string): string | undefined {
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : undefined;
  }
}
