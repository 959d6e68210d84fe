import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import type { SceneFiles } from "./robot_scene.ts";
import { findCommand, run } from "./tools.ts";

/** Prints the file that it was compiled to print, and needs nothing of the system. */
const READER = `#include <stdio.h>
int main(void) {
  FILE *file = fopen(DATA, "r");
  if (file == NULL) { perror(DATA); return 1; }
  for (int letter; (letter = fgetc(file)) != EOF;) putchar(letter);
  return fclose(file);
}
`;

/**
 * An environment whose texts, script and ELF program know its place, with links and a file of odd
 * mode: `hello` runs them all. Needs the tool `cc`.
 */
export async function relocatedEnvironment(stage: string): Promise<SceneFiles> {
  return {
    "bin/hello": `#!/bin/sh
set -e
echo hello from ${stage} "$@"
reader
script
cat "$(dirname "$(readlink -f "$0")")/../lib/link/data.txt"
echo done > "$ROBOT_ARTIFACTS/result.txt"
`,
    "bin/reader": await compileReader(`${stage}/share/data.txt`),
    "bin/script": `#!${stage}/bin/reader\n`,
    "bin/odd": { content: "#!/bin/sh\nexit 0\n", mode: 0o4755 },
    "lib/link": { symlink: "../share" },
    "lib/empty": "",
    "share/data.txt": `data of ${stage}\n`,
    "share/secret": { content: "only the owner reads it\n", mode: 0o600 },
  };
}

/** What `hello` prints in a space. */
export function helloOutput(space: string): string {
  return `hello from ${space} --from robot\n` + `data of ${space}\n`.repeat(3);
}

async function compileReader(data: string): Promise<Uint8Array> {
  const compiler = findCommand("musl-gcc") ?? "gcc";
  const folder = await makeOnce("reader", {
    recipe: [compiler, data, READER].join("\n"),
    make: async (folder) => {
      const source = join(folder, "reader.c");
      await writeFile(source, READER);
      const define = `-DDATA="${data}"`;
      await run(compiler, ["-O1", "-static", "-s", define, "-o", join(folder, "reader"), source]);
    },
  });
  return await readFile(join(folder, "reader"));
}
