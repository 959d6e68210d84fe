import type { CheckFacts } from "../../src/checks/mod.ts";

/** Facts of a host on which a build of a robot with an environment goes well. */
export const GOOD_FACTS: CheckFacts = {
  host: {
    platform: "linux/amd64",
    advice: { canResolve: true, ways: [] },
    now: new Date("2026-02-03T04:05:06Z"),
    remoteNow: new Date("2026-02-03T04:05:00Z"),
  },
  robot: { found: { file: "/robots/mine/robot.yaml", tasks: 2, hasEnvironment: true } },
  files: [{ what: "library of --hololib", path: "/data/hololib.zip" }],
  outputs: [{ where: "image.tar" }],
  folders: [
    { use: "cache", path: "/home/me/.cache/rcc-oci" },
    { use: "temporary", path: "/tmp" },
  ],
  space: [
    {
      what: "layers in the cache",
      path: "/home/me/.cache/rcc-oci",
      device: "1",
      freeBytes: 1e9,
      neededBytes: 1e8,
    },
    {
      what: "the image",
      path: "/robots/mine/image.tar",
      device: "1",
      freeBytes: 1e9,
      neededBytes: 2e8,
    },
  ],
  registries: [{ host: "registry-1.docker.io", use: "pull" }],
  rcc: { found: { path: "/usr/local/bin/rcc", version: "18.18.1" } },
  hostRcc: { path: "/usr/local/bin/rcc", version: "18.18.1" },
  environment: {
    found: { hash: "0259c410a1b4cf67", library: "/home/me/.robocorp/hololib", warnings: [] },
  },
  base: { found: { name: "debian:stable-slim", digest: "sha256:00", isRead: true } },
  image: { found: { names: ["docker.io/library/mine:1"] } },
};
