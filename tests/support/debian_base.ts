import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import { recipeOf } from "./recipe.ts";
import { run } from "./tools.ts";
import { COMMON_CONFIG, writeLayout } from "./write_layout.ts";

/** What images leave out to be small. */
const EXCLUDED = ["doc", "info", "man", "locale"];

/**
 * Debian's smallest system, with glibc, apt and perl, and the devices of its `/dev`. Needs
 * `mmdebstrap`.
 */
export async function debianBase(): Promise<string> {
  return await makeOnce("debian-base", {
    recipe: await recipeOf("debian_base.ts", "write_layout.ts"),
    make: async (folder) => {
      const tar = join(folder, "debian.tar");
      const { stdout: proxy } = await run("apt-config", ["dump", "Acquire::http::Proxy"]);
      await run("mmdebstrap", [
        ...["--variant=minbase", "--quiet"],
        ...EXCLUDED.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
        ...(proxy.trim() === "" ? [] : [`--aptopt=${proxy.trim()}`]),
        ...["bookworm", tar],
      ], { timeoutMs: 600_000, env: { SOURCE_DATE_EPOCH: "1600000000" } });
      const layers = [{ tar: await Deno.readFile(tar) }];
      await writeLayout(folder, { layers, config: COMMON_CONFIG });
      await Deno.remove(tar);
    },
  });
}
