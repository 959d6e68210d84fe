/** What src/init/init.c does to processes, on this machine. tests/e2e/init_test.ts has containers. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { testOn } from "../support/tools.ts";
import { type StartedInit, startInit, until } from "./started_init.ts";

/** On Linux on amd64, for which it is made. */
function initTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ ...testOn(name, "linux/amd64"), fn });
}

/** With each signal of `signals` sent when the text before it has been printed. */
async function endOf(
  script: string,
  signals: readonly (readonly [text: RegExp, signal: Deno.Signal])[] = [],
) {
  await using init = await startInit(["/bin/sh", "-c", script]);
  for (const [text, signal] of signals) {
    await init.printed(text);
    init.kill(signal);
  }
  return await init.ended();
}

/** A robot that tidies up when it is told to end, by programs that begin then. */
const ROBOT = `sh -c '
  trap "sh -c \\"sleep 0.3; echo tidied\\"; exit 7" TERM INT
  echo up; while :; do sleep 0.05; done'`;

initTest("the init ends as its child did", async () => {
  assert.equal((await endOf("exit 5")).code, 5);
  assert.equal((await endOf("kill -KILL $$")).code, 137);
  await using missing = await startInit(["/no/such/program"]);
  assert.equal((await missing.ended()).code, 127);
});

initTest("a signal to stop reaches what runs below the child, which ends by itself", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const { code, said } = await endOf(`${ROBOT}; echo robot $?; exit 10`, [[/up/, signal]]);
    assert.equal(said, "up\ntidied\nrobot 7\n");
    assert.equal(code, 10);
  }
});

initTest("a second signal to stop reaches the child too", async () => {
  const stubborn = `sh -c 'trap "echo told" TERM; echo up; while :; do sleep 0.05; done'`;
  const twice = [[/up/, "SIGTERM"], [/told/, "SIGTERM"]] as const;
  await using init = await startInit(["/bin/sh", "-c", `${stubborn}; exit 10`]);
  for (const [text, signal] of twice) {
    await init.printed(text);
    init.kill(signal);
  }
  await init.printed(/told[^]*told/);
  await until(async () => (await childrenOf(init)).length === 1, () => "the child's end");
  const [orphan] = await childrenOf(init);
  assert.ok(await isRunning(init), "it waits for what is left");
  Deno.kill(orphan!.pid, "SIGKILL");
  assert.equal((await init.ended()).code, 143);
});

initTest("a child alone gets a signal to stop at once", async () => {
  const { code, said } = await endOf("echo up; exec sleep 300", [[/up/, "SIGTERM"]]);
  assert.deepEqual({ code, said }, { code: 143, said: "up\n" });
});

initTest("what the child starts after a signal to stop gets it too", async () => {
  const steps = "sh -c 'echo up; exec sleep 300'; sleep 300; exit 4";
  assert.equal((await endOf(steps, [[/up/, "SIGTERM"]])).code, 4);
});

initTest("a child that goes on alone after a signal to stop gets it in the end", async () => {
  const steps = "sh -c 'echo up; exec sleep 300'; while :; do :; done";
  assert.equal((await endOf(steps, [[/up/, "SIGTERM"]])).code, 143);
});

initTest("orphans get a signal to stop, and are waited for", async () => {
  const { code, said } = await endOf(`(${ROBOT} &); exec sleep 300`, [[/up/, "SIGTERM"]]);
  assert.equal(said, "up\ntidied\n");
  assert.equal(code, 143);
});

initTest("other signals reach everybody at once", async () => {
  const robot = `sh -c 'trap "echo robot told; exit" USR1; echo up; while :; do sleep 0.05; done'`;
  const script = `trap "echo child told; told=1" USR1
    ${robot} & until [ "$told" ]; do wait; done; exit 6`;
  const { code, said } = await endOf(script, [[/up/, "SIGUSR1"]]);
  assert.deepEqual(said.split("\n").sort(), ["", "child told", "robot told", "up"]);
  assert.equal(code, 6);
});

initTest("a program that is left behind does not keep the init", async () => {
  const { code, said } = await endOf("sh -c 'sleep 300 > /dev/null & echo $!'; exit 3");
  assert.equal(code, 3);
  Deno.kill(Number(said), "SIGKILL"); // Outside of a container nobody else does it.
});

initTest("of a thousand orphans no zombie stays", async () => {
  const orphans = "i=0; while [ $i -lt 1000 ]; do (: &); i=$((i + 1)); done";
  await using init = await startInit(["/bin/sh", "-c", `${orphans}; echo made; exec sleep 300`]);
  await init.printed(/made/);
  await until(async () => (await childrenOf(init)).length === 1, () => "the orphans' end");
  init.kill("SIGTERM");
  assert.equal((await init.ended()).code, 143);
});

interface Process {
  readonly pid: number;
  readonly state: string;
}

/** Zombies are among them. */
async function childrenOf({ pid: parent }: StartedInit): Promise<readonly Process[]> {
  const children: Process[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
    const [, state = "", ppid] = /\) (\S) (\d+)/.exec(stat) ?? [];
    if (Number(ppid) === parent) children.push({ pid: Number(name), state });
  }
  return children;
}

async function isRunning({ pid }: StartedInit): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) Z/.test(stat);
}
