/**
 * Modes as Go's `fs.FileMode` has them, which is what a catalog states, and as Unix and tar have
 * them. The permission bits are the same, all others differ.
 * Source: https://pkg.go.dev/io/fs#FileMode
 */

const PERMISSIONS = 0o777;

/** Go's bits beyond bit 30 do not fit a signed 32-bit integer, so all are compared as numbers. */
const GO_DIRECTORY = 2 ** 31;
const GO_SYMLINK = 2 ** 27;

/** Go's bit and that of Unix. */
const SPECIAL_BITS = [
  { go: 2 ** 23, unix: 0o4000 },
  { go: 2 ** 22, unix: 0o2000 },
  { go: 2 ** 20, unix: 0o1000 },
] as const;

/** What a Go mode says of its file, or nothing when it is a device, a pipe or something unknown. */
export function goFileType(mode: number): "file" | "directory" | "symlink" | undefined {
  const known = PERMISSIONS + SPECIAL_BITS.reduce((sum, { go }) => sum + go, 0);
  const type = (mode & ~known) >>> 0;
  if (type === 0) return "file";
  if (type === GO_DIRECTORY) return "directory";
  return type === GO_SYMLINK ? "symlink" : undefined;
}

/** The permission bits with setuid, setgid and sticky, as tar has them (octal 7777). */
export function tarMode(goMode: number): number {
  let mode = goMode & PERMISSIONS;
  for (const { go, unix } of SPECIAL_BITS) {
    if (goMode & go) mode |= unix;
  }
  return mode;
}

/** The Go mode of a file or folder with these permissions (octal 7777). */
export function goMode(type: "file" | "directory", permissions: number): number {
  let mode = (permissions & PERMISSIONS) + (type === "directory" ? GO_DIRECTORY : 0);
  for (const { go, unix } of SPECIAL_BITS) {
    if (permissions & unix) mode += go;
  }
  return mode;
}
