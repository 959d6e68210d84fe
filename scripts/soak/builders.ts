const FILES = ["context", "plain"].map((name) => `tests/e2e/dockerfile_${name}_test.ts`);

/** Dockerfiles of a robot with Python, by every builder: `deno task test` tries one of them for each kind. */
export async function soakBuilders(): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--filter", "Python", ...FILES],
    cwd: new URL("../../", import.meta.url),
    env: { RCC_OCI_SOAK: "1" },
  }).spawn().status;
  if (code !== 0) throw new Error("expected the same image by every builder");
}
