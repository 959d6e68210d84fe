import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import { run } from "./tools.ts";
import { BASE_TAG } from "./write_layout.ts";

/** The base's layout as an `oci-archive`. Needs `skopeo`. */
export async function asOciArchive(layout: string): Promise<string> {
  return await convert(layout, "oci-archive", "");
}

/** The base's layout as a `docker-archive`, whose layers are plain. Needs `skopeo`. */
export async function asDockerArchive(layout: string): Promise<string> {
  return await convert(layout, "docker-archive", "example.test/base:1");
}

async function convert(layout: string, form: string, name: string): Promise<string> {
  const folder = await makeOnce(form, {
    recipe: layout,
    make: async (folder) => {
      const target = [form, join(folder, "image.tar"), name].filter(Boolean).join(":");
      await run("skopeo", ["copy", "--quiet", `oci:${layout}:${BASE_TAG}`, target]);
    },
  });
  return join(folder, "image.tar");
}
