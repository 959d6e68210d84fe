const ROOT = new URL("../../", import.meta.url);

/** Runs tests in their long form. @throws {Error} when one fails. */
export async function runLongTests(...args: readonly string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...args],
    cwd: ROOT,
    env: { RCC_OCI_SOAK: "1" },
  }).spawn().status;
  if (code !== 0) throw new Error(`expected ${args.join(" ")} to pass`);
}
