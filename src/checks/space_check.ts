import { formatBytes } from "../bytes/mod.ts";
import { Failure, joinFailures } from "../failure/mod.ts";
import type { CheckFacts, SpaceFact } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** The estimate is right within a fifth: what comes nearer to the brim is told. */
const UNCERTAINTY = 1.2;

/** Whether every file system has room for all that is going to be written to it. */
export function checkSpace({ space }: Pick<CheckFacts, "space">): Check {
  const name = "disk space";
  if (space.length === 0) return skipped(name, "it is not known yet how much is needed");
  const disks = disksOf(space);
  const full = disks.filter(({ needed, free }) => needed > free);
  if (full.length > 0) {
    const failures = full.map((disk) =>
      new Failure(
        "output/no-space",
        `failed to find room for the image: ${describe(disk)}, ${CURE}`,
      )
    );
    return {
      ...failed(name, joinFailures(failures)),
      message: full.map(describe).join("; "),
      cure: CURE,
    };
  }
  const scarce = disks.filter(({ needed, free }) => needed * UNCERTAINTY > free);
  if (scarce.length === 0) return passed(name, disks.map(describe).join("; "));
  const message = scarce.map(describe).join("; ");
  return { name, status: "warning", message: `it may not suffice: ${message}`, cure: CURE };
}

const CURE = "free some, or write elsewhere with --save, --oci-layout and RCC_OCI_CACHE";

/** One file system, with all that goes there. */
interface Disk {
  readonly path: string;
  readonly what: readonly string[];
  readonly free: number;
  readonly needed: number;
}

function disksOf(space: readonly SpaceFact[]): readonly Disk[] {
  const disks = new Map<string, Disk>();
  for (const { device, path, what, freeBytes, neededBytes } of space) {
    const disk = disks.get(device) ?? { path, what: [], free: freeBytes, needed: 0 };
    disks.set(device, {
      path: disk.path,
      what: neededBytes > 0 ? [...disk.what, what] : disk.what,
      free: Math.min(disk.free, freeBytes),
      needed: disk.needed + neededBytes,
    });
  }
  return [...disks.values()];
}

function describe({ path, what, free, needed }: Disk): string {
  const use = what.length === 0 ? "" : ` for ${what.join(" and ")}`;
  return `about ${formatBytes(needed)} are needed${use} at "${path}", ${
    formatBytes(free)
  } are free`;
}
