import { readdir, readFile } from "node:fs/promises";
import process from "node:process";
import { setTimeout } from "node:timers/promises";

/** Options of {@linkcode endGroup}. */
export interface EndGroupOptions {
  /** How long processes may take to end by themselves, 5 s by default. */
  readonly graceMs?: number;
}

const POLL_MS = 20;
/** The kernel ends what was killed at once, unless a disk or a network file system holds it. */
const KILLED_MS = 2_000;

/**
 * Ends all that a process has started, and itself: those of its group and of its session. Asked with
 * SIGTERM first, so that a package manager can tidy up, and killed after the grace. Linux only.
 *
 * @param leader A process that was started as the leader of its own session.
 */
export async function endGroup(
  leader: number,
  { graceMs = 5_000 }: EndGroupOptions = {},
): Promise<void> {
  for (const [signal, limitMs] of [["SIGTERM", graceMs], ["SIGKILL", KILLED_MS]] as const) {
    const members = await livingMembers(leader);
    if (members.length === 0) return;
    send(-leader, signal);
    for (const member of members) send(member, signal);
    const end = performance.now() + limitMs;
    while (performance.now() < end && (await livingMembers(leader)).length > 0) {
      await setTimeout(POLL_MS);
    }
  }
}

/** Ends the group at once, without waiting for it. */
export function killGroup(leader: number): void {
  send(-leader, "SIGKILL");
}

/** The processes of a group or session that are more than an entry to be waited for. */
async function livingMembers(leader: number): Promise<readonly number[]> {
  const names = (await readdir("/proc").catch(() => [])).filter((name) => /^[0-9]+$/.test(name));
  const members = await Promise.all(names.map(async (name) => {
    const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
    return belongsTo(leader, stat) ? Number(name) : undefined;
  }));
  return members.filter((pid) => pid !== undefined);
}

/**
 * The name of a program may hold anything, parentheses too: fields are counted behind it.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function belongsTo(leader: number, stat: string): boolean {
  const [state, _parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === undefined || /^[ZX]/.test(state)) return false;
  return Number(group) === leader || Number(session) === leader;
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone meanwhile.
  }
}
