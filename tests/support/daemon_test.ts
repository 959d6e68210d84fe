import assert from "node:assert/strict";
import { startDaemon } from "./daemon.ts";
import { run, toolTest } from "./tools.ts";

const MODULE = new URL("./daemon.ts", import.meta.url).href;

toolTest(
  { name: "startDaemon() starts one daemon for all who ask", needs: ["podman"] },
  async () => {
    const options = {
      command: (
        folder: string,
      ) => ["sh", "-c", `echo started >> ${folder}/times; exec sleep infinity`],
      probe: (folder: string) => ["test", "-s", `${folder}/times`],
    };
    const folders = await Promise.all([1, 2, 3].map(() => startDaemon("daemon-test", options)));
    assert.equal(new Set(folders).size, 1);
    assert.equal(await Deno.readTextFile(`${folders[0]}/times`), "started\n");
  },
);

toolTest(
  { name: "startDaemon() says what a daemon that ends has said", needs: ["podman"] },
  async () => {
    const broken = startDaemon("broken-test", {
      command: () => ["sh", "-c", "echo no disk left >&2; exit 1"],
      probe: () => ["false"],
    });
    await assert.rejects(broken, /failed to start .*no disk left/s);
  },
);

toolTest({
  name: "a daemon, its files and its mounts are gone after the process, however it ended",
  needs: ["podman"],
}, async () => {
  for (const end of ["Deno.exit(0)", `Deno.kill(Deno.pid, "SIGKILL")`]) {
    const script = `
      import { startDaemon } from "${MODULE}";
      const folder = await startDaemon("gone-test", {
        command: (folder) => ["sh", "-c", \`
          mkdir \${folder}/mnt; mount -t tmpfs none \${folder}/mnt
          echo $$ > \${folder}/pid; exec sleep infinity\`],
        probe: (folder) => ["test", "-s", folder + "/pid"],
      });
      console.log(folder, Deno.readTextFileSync(folder + "/pid"));
      ${end};`;
    const { stdout } = await run(Deno.execPath(), ["eval", script], { allowFailure: true });
    const [folder, pid] = stdout.trim().split(" ");
    assert.match(folder!, /gone-test$/);
    while (await exists(folder!)) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await exists(`/proc/${pid}`), false);
    assert.ok(!(await Deno.readTextFile("/proc/mounts")).includes(folder!));
  }
});

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
