import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../scripts/ship/project.ts";
import { debianBase } from "./debian_base.ts";
import { makeOnce } from "./make_once.ts";
import { storageFlags } from "./podman.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, type Tool } from "./tools.ts";
import { BASE_TAG } from "./write_layout.ts";

export const BROWSER_BASE_NEEDS: readonly Tool[] = ["buildah", "mmdebstrap"];

const EXAMPLE = join(ROOT, "examples", "browser");

/** The base of examples/browser, built by buildah upon Debian's smallest system: an OCI layout. */
export async function browserBase(): Promise<string> {
  const debian = await debianBase();
  return await makeOnce("browser-base", {
    recipe: [await readFile(join(EXAMPLE, "Dockerfile"), "utf8"), debian].join("\n"),
    make: async (folder) => {
      await using storage = await temporaryFolder();
      const env = { TMPDIR: storage.path, HOME: storage.path };
      const buildah = (args: readonly string[]) =>
        run("buildah", [...storageFlags(storage.path), ...args], {
          cwd: storage.path,
          env,
          timeoutMs: 1_800_000,
        });
      // buildah makes a name of the path, and knows none that begins with a dot.
      await symlink(debian, join(storage.path, "debian"));
      const { stdout } = await buildah(["pull", "--quiet", `oci:debian:${BASE_TAG}`]);
      const flags = ["--isolation=chroot", "--network=host", "--pull=false"];
      const names = ["--build-arg", `BASE=${stdout.trim()}`, "--tag", "browser-base:1"];
      await buildah(["build", ...flags, ...names, EXAMPLE]);
      await buildah(["push", "--quiet", "browser-base:1", `oci:${folder}:${BASE_TAG}`]);
      await buildah(["rmi", "--all", "--force"]);
    },
  });
}
