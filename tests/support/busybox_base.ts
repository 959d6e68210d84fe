import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import { recipeOf } from "./recipe.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run } from "./tools.ts";
import { COMMON_CONFIG, type LayerEntry, layerOf, writeLayout } from "./write_layout.ts";

/** Small and fast, with a shell and the usual tools. Needs `apt`. */
export async function busyboxBase(): Promise<string> {
  return await makeOnce("busybox-base", {
    recipe: await recipeOf("busybox_base.ts", "write_layout.ts"),
    make: async (folder) => {
      await writeLayout(folder, {
        layers: [layerOf(await busyboxEntries())],
        config: COMMON_CONFIG,
      });
    },
  });
}

/** A root file system of one static program with all its names, root's line and `/tmp`. */
export async function busyboxEntries(): Promise<readonly LayerEntry[]> {
  const { program, names } = await unpackBusybox();
  return [
    { path: "bin", type: "5" },
    { path: "bin/busybox", mode: 0o755, content: program },
    ...names.map((name): LayerEntry => ({ path: `bin/${name}`, type: "2", target: "busybox" })),
    { path: "etc", type: "5" },
    { path: "etc/group", content: "root:x:0:\n" },
    { path: "etc/passwd", content: "root:x:0:0:root:/root:/bin/sh\n" },
    { path: "root", type: "5", mode: 0o700 },
    { path: "tmp", type: "5", mode: 0o1777 },
    { path: "usr", type: "5" },
    { path: "var", type: "5" },
  ];
}

let unpacked: ReturnType<typeof downloadBusybox> | undefined;

/** Debian's static build, without installing it. Downloaded once in a process. */
function unpackBusybox() {
  return unpacked ??= downloadBusybox();
}

async function downloadBusybox() {
  await using folder = await temporaryFolder();
  await Deno.chmod(folder.path, 0o777);
  const cwd = folder.path;
  await run("apt-get", ["download", "--quiet", "busybox-static"], { cwd });
  const [archive] = [...Deno.readDirSync(cwd)].map(({ name }) => name);
  await run("dpkg-deb", ["--extract", archive!, "root"], { cwd });
  const isProgram = ["-type", "f", "-name", "busybox", "-perm", "-111"];
  const { stdout: path } = await run("find", ["root", ...isProgram], { cwd });
  const program = join(cwd, path.trim());
  const { stdout: list } = await run(program, ["--list"]);
  return {
    program: await Deno.readFile(program),
    names: list.split("\n").filter((name) => name !== "" && name !== "busybox"),
  };
}
