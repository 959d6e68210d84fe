const FILES = ["real_environments", "recording"].map((name) => `tests/e2e/${name}_test.ts`);

/** Environments of real packages in every engine, and a build that waits 20 s for a recording. */
export async function soakReal(): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...FILES],
    cwd: new URL("../../", import.meta.url),
    env: { RCC_OCI_SOAK: "1" },
  }).spawn().status;
  if (code !== 0) throw new Error("expected every environment to be restored and to run");
}
