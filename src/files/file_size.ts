/**
 * The size of a file in bytes; `undefined` when there is none, or something else is there. A third
 * of what node:fs takes to say more: it is asked of every blob of a library.
 */
export function fileSize(path: string): number | undefined {
  try {
    const { isFile, size } = Deno.statSync(path);
    return isFile ? size : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
