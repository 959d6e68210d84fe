/** Makes a named pipe that nobody writes into: who opens it to read waits forever. */
export async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`failed to make the pipe "${path}"`);
}

/** Pipes have names in file systems of Unix alone. */
export const HAS_PIPES = Deno.build.os !== "windows";
