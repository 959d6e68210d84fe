/**
 * What one entry of a layer is. Paths are relative to the image's root, with `/` between their
 * parts, without a slash at either end; modes are the permission bits with setuid, setgid and
 * sticky (octal 7777); times are whole seconds since 1970.
 */
export type TarEntry<Content extends Sized = Sized> =
  | TarFile<Content>
  | TarDirectory
  | TarSymlink
  | TarHardlink;

/** Content of a file, wherever it comes from: only its size, in bytes, matters to a header. */
export interface Sized {
  readonly size: number;
}

export interface TarOwner {
  readonly uid: number;
  readonly gid: number;
}

interface Common {
  readonly path: string;
  readonly owner: TarOwner;
  readonly mtime: number;
}

export interface TarFile<Content extends Sized = Sized> extends Common {
  readonly type: "file";
  readonly mode: number;
  readonly content: Content;
}

export interface TarDirectory extends Common {
  readonly type: "directory";
  readonly mode: number;
}

export interface TarSymlink extends Common {
  readonly type: "symlink";
  /** As it is stored: absolute, or relative to the link's folder. */
  readonly target: string;
}

export interface TarHardlink extends Common {
  readonly type: "hardlink";
  /** The path of an entry before this one in the same layer. */
  readonly target: string;
  /** The target's own: a hard link has no mode of its own. */
  readonly mode: number;
}
