/** Makes what a file holds survive a power cut. */
export async function syncFileData(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true });
  await file.syncData();
}

/** Makes a rename in the folder survive a power cut. A folder cannot be synced on Windows, nor need it be. */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await openFolder(path);
  if (folder === undefined) return;
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems refuse it; they are as safe as they can be.
    if (!isUnsupported(error)) throw error;
  }
}

/** One that may be written into and not be read cannot be opened. */
async function openFolder(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path, { read: true });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EACCES" || code === "EPERM") return undefined;
    throw error;
  }
}

function isUnsupported(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return error instanceof Deno.errors.NotSupported || code === "EINVAL" || code === "ENOTSUP";
}
