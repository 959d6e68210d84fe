import { Buffer } from "node:buffer";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeOnce } from "./make_once.ts";
import { findCommand, run } from "./tools.ts";

const SOURCES = fileURLToPath(new URL("./yaml_judge/", import.meta.url));
const FILES = ["go.mod", "go.sum", "main.go"];

/** A file that is judged, and how rcc would read it. */
export interface JudgedFile {
  readonly kind: "conda" | "package";
  readonly content: Uint8Array;
}

/** What yaml.v2 makes of a file. */
export interface YamlVerdict {
  /** Empty when it is accepted. */
  readonly Error: string;
  readonly Name: string;
  readonly Prefix: string;
  readonly Channels: readonly string[] | null;
  readonly Dependencies: readonly string[] | null;
  readonly Pip: readonly string[] | null;
  readonly PostInstall: readonly string[] | null;
  /** The same file as yaml.v2 writes it; empty for a package.yaml. */
  readonly Written: string;
}

/** Asks gopkg.in/yaml.v2 in the version that rcc is built with. Needs the tool "go". */
export async function judgeYaml(files: readonly JudgedFile[]): Promise<readonly YamlVerdict[]> {
  const lines = files.map(({ kind, content }) =>
    JSON.stringify({ Kind: kind, Content: Buffer.from(content).toString("base64") })
  );
  const { stdout } = await run(await builtJudge(), [], { stdin: lines.join("\n") });
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Built once: the module comes from the proxy that Go is told to use. */
async function builtJudge(): Promise<string> {
  const texts = await Promise.all(FILES.map((name) => Deno.readTextFile(join(SOURCES, name))));
  const folder = await makeOnce("yaml-judge", {
    recipe: texts.join("\n"),
    make: async (folder) => {
      const output = join(folder, "yaml_judge");
      const HOME = Deno.env.get("HOME") ?? folder;
      const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", HOME };
      await run(findCommand("go")!, ["build", "-o", output, "."], { cwd: SOURCES, env });
    },
  });
  return join(folder, "yaml_judge");
}
