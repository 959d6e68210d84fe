import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import { run } from "./tools.ts";

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
/** What compiles it. */
const GO = "go1.25.0";

/** The path of actionlint, compiled from the module proxy by `go`. */
export async function actionlint(): Promise<string> {
  const folder = await makeOnce("actionlint", {
    recipe: [ACTIONLINT, GO].join("\n"),
    make: async (folder) => {
      const go = await currentGo(join(folder, "go"));
      await run(go.command, ["install", ACTIONLINT], { env: { ...go.env, GOBIN: folder } });
    },
  });
  return join(folder, "actionlint");
}

interface Go {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A go that is new enough: since 1.21 it fetches what a module asks for by itself, and before that
 * it fetches a newer one as the module that this comes as, without the right to be executed.
 */
async function currentGo(place: string): Promise<Go> {
  const { stdout } = await run("go", ["env", "GOVERSION"]);
  const minor = Number(/^go1\.(\d+)/.exec(stdout)?.[1]);
  if (minor >= 21) return { command: "go", env: { GOTOOLCHAIN: "auto", GOFLAGS: "" } };
  const module = `golang.org/toolchain@v0.0.1-${GO}.linux-amd64`;
  const { Dir } = JSON.parse((await run("go", ["mod", "download", "-json", module])).stdout);
  await cp(Dir, place, { recursive: true });
  for (const folder of ["bin", "pkg/tool/linux_amd64"]) {
    for (const name of await readdir(join(place, folder))) {
      await chmod(join(place, folder, name), 0o755);
    }
  }
  return { command: join(place, "bin", "go"), env: { GOROOT: place, GOFLAGS: "" } };
}
