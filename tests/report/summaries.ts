import type { BuildSummary } from "../../src/report/mod.ts";

export const DIGEST = `sha256:${"ab".repeat(32)}`;

/** A build with everything in it. */
export const SUMMARY: BuildSummary = {
  references: ["docker.io/library/acme-bot:20260131-120000"],
  digest: DIGEST,
  outputs: [{ kind: "archive", where: "image.tar" }],
  parts: [
    { name: "base", size: 29.1e6, tarSize: 77.9e6, fromCache: true },
    { name: "runtime", size: 9.8e6, tarSize: 19.7e6, fromCache: false },
    { name: "environment", size: 190.2e6, tarSize: 1.3e9, fromCache: true },
    { name: "robot", size: 23_456, tarSize: 60_000, fromCache: false },
  ],
  totalSize: 229.1e6,
  artifactsPath: "/home/robot/app/output",
  needsTask: [],
  mode: "private",
  start: "checked",
  notes: [`"/root" of the base can be entered by the robot's user now`],
  warnings: [],
  manifest: { imageDigest: DIGEST, tags: ["acme-bot:20260131-120000"] },
};
