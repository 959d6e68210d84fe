import { existsSync } from "node:fs";
import { homeIdentity } from "./names.ts";
import { homeOf, type HostFacts, pathsOf, robocorpHome } from "./robocorp_home.ts";

/** A place that RCC would look for its environments in. */
export interface LibraryCandidate {
  readonly path: string;
  /** Why: it was named, stands beside the robot, is everybody's on the machine, or the user's own. */
  readonly origin: "given" | "robot" | "shared" | "private";
}

/** What says where libraries are. */
export interface LibraryFacts extends HostFacts {
  /** What `--hololib` names. Nothing else is looked at then. */
  readonly hololib?: string | undefined;
  /** The hololib.zip beside robot.yaml, if it is there. */
  readonly hololibZip?: string | undefined;
  /** Whether a file or folder is there. */
  readonly exists?: (path: string) => boolean;
}

/** Where all users of a machine share one library once it is switched on. */
const SHARED_LIBRARY = {
  linux: "/opt/robocorp/ht/lib",
  darwin: "/Users/Shared/robocorp/ht/lib",
  windows: "C:\\ProgramData\\robocorp\\ht\\lib",
} as const;

/**
 * The libraries of this host, in the order in which RCC would take them. The last one is always
 * named, whether it is there or not.
 */
export function findLibraries(facts: LibraryFacts): readonly LibraryCandidate[] {
  const { hololib, hololibZip, hostOs, exists = existsSync } = facts;
  if (hololib !== undefined) return [{ path: hololib, origin: "given" }];
  const { join } = pathsOf(hostOs);
  const shared = SHARED_LIBRARY[hostOs];
  const isShared = exists(join(shared, "catalog", "init", homeIdentity(homeOf(facts))));
  return [
    ...(hololibZip === undefined ? [] : [{ path: hololibZip, origin: "robot" } as const]),
    ...(isShared ? [{ path: shared, origin: "shared" } as const] : []),
    { path: join(robocorpHome(facts), "hololib"), origin: "private" },
  ];
}
