/**
 * Copies a file's bytes: by reference where the file system can share them, else in the kernel.
 * Never by a hard link, for then a change of one would change the other.
 */
export async function copyFile(from: string, to: string): Promise<void> {
  await Deno.copyFile(from, to);
}
