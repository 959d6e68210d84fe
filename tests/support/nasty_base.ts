import { busyboxEntries } from "./busybox_base.ts";
import { makeOnce } from "./make_once.ts";
import { recipeOf } from "./recipe.ts";
import { type LayerEntry, layerOf, writeLayout } from "./write_layout.ts";

/** Options of {@linkcode nastyBase}. */
export interface NastyBaseOptions {
  /** A folder where containers get a volume; `/data` by default, which is in nobody's way. */
  readonly volume?: string;
}

/**
 * A base that runs, and has everything that makes a layer upon it go wrong: Entrypoint, Cmd,
 * Healthcheck, OnBuild, labels and a volume; uid 1000 under another name; symlinks for `/home`,
 * `/usr/local` and `/srv/deep/link`; odd modes and owners; hard links, a fifo, long and non-ASCII
 * names; files that a later layer removes, replaces and hides. Needs `apt`.
 */
export async function nastyBase({ volume = "/data" }: NastyBaseOptions = {}): Promise<string> {
  return await makeOnce("nasty-base", {
    recipe: volume + await recipeOf("nasty_base.ts", "busybox_base.ts", "write_layout.ts"),
    make: async (folder) => {
      await writeLayout(folder, {
        layers: [
          layerOf([...await busyboxWithout(FIRST), ...FIRST]),
          { ...layerOf(SECOND), codec: "none" },
          layerOf([]),
          layerOf(LAST),
        ],
        config: { ...CONFIG, Volumes: { [volume]: {} } },
      });
    },
  });
}

/** A path twice in one layer is what docker and podman refuse. */
async function busyboxWithout(entries: readonly LayerEntry[]): Promise<readonly LayerEntry[]> {
  const paths = new Set(entries.map(({ path }) => path));
  return (await busyboxEntries()).filter(({ path }) => !paths.has(path));
}

const CONFIG = {
  User: "ubuntu",
  WorkingDir: "/srv",
  Env: [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "BASE_VARIABLE=kept",
    "HOME=/home/ubuntu",
  ],
  Entrypoint: ["/bin/sh", "-c", `echo entrypoint of the base; exec "$@"`, "sh"],
  Cmd: ["bash"],
  Healthcheck: { Test: ["CMD-SHELL", "exit 1"], Interval: 1_000_000_000 },
  OnBuild: ["RUN false"],
  ExposedPorts: { "8080/tcp": {} },
  StopSignal: "SIGINT",
  Labels: {
    "org.opencontainers.image.title": "nasty",
    "org.opencontainers.image.version": "0.0.1",
    "maintainer": "nobody",
  },
};

/** Folders that together are too long for a header's name. */
const LONG_FOLDERS: readonly LayerEntry[] = [1, 2, 3, 4, 5, 6].map((depth) => ({
  path: `usr/share${"/long-folder-name".repeat(depth)}`,
  type: "5",
}));

const FIRST: readonly LayerEntry[] = [
  { path: "data", type: "5", owner: [1000, 1000] },
  { path: "data/kept", content: "in a volume\n" },
  { path: "dev", type: "5" },
  { path: "dev/pipe", type: "6", mode: 0o600 },
  {
    path: "etc/passwd",
    content: "root:x:0:0:root:/root:/bin/sh\nubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/sh\n",
    mtime: 1_500_000_000,
  },
  { path: "etc/group", content: "root:x:0:\nubuntu:x:1000:\n" },
  { path: "etc/removed", content: "a later layer removes it\n" },
  { path: "home", type: "2", target: "/var/home" },
  { path: "opt", type: "5", mtime: 1_400_000_000 },
  { path: "opt/becomes-file", type: "5" },
  { path: "opt/becomes-file/inside", content: "gone\n" },
  { path: "opt/becomes-folder", content: "gone\n" },
  { path: "opt/linked", type: "5" },
  { path: "opt/linked/one", content: "one inode\n", mode: 0o640, owner: [7, 7] },
  { path: "opt/linked/two", type: "1", target: "opt/linked/one", mode: 0o640, owner: [7, 7] },
  { path: "opt/local", type: "5" },
  { path: "opt/local/bin", type: "5" },
  { path: "opt/local/bin/own-tool", content: "#!/bin/sh\necho own tool\n", mode: 0o755 },
  { path: "opt/setuid", content: "setuid\n", mode: 0o4755 },
  { path: "opt/sticky", type: "5", mode: 0o1777, owner: [7, 7] },
  { path: "opt/sticky/of-seven", content: "7\n", mode: 0o600, owner: [7, 7] },
  { path: "opt/huge-owner", content: "", owner: [2_000_000, 2_000_000] },
  { path: "srv", type: "5" },
  { path: "srv/deep", type: "5" },
  { path: "srv/deep/link", type: "2", target: "../../opt/local" },
  { path: "srv/hidden", type: "5" },
  { path: "srv/hidden/a", content: "an opaque folder hides it\n" },
  { path: "srv/hidden/b", type: "5" },
  { path: "srv/hidden/b/c", content: "this too\n" },
  { path: "usr/local", type: "2", target: "../opt/local" },
  { path: "usr/share", type: "5" },
  ...LONG_FOLDERS,
  { path: `${LONG_FOLDERS.at(-1)!.path}/${"n".repeat(90)}`, content: "long\n" },
  { path: "usr/share/grüße-世界.txt", content: "grüße\n" },
  { path: "var/home", type: "5", mtime: 1_450_000_000 },
  { path: "var/home/ubuntu", type: "5", mode: 0o750, owner: [1000, 1000] },
  { path: "var/home/ubuntu/.profile", content: "", owner: [1000, 1000] },
  { path: "var/old", type: "5" },
  { path: "var/old/file", content: "removed with its folder\n" },
];

const SECOND: readonly LayerEntry[] = [
  { path: "etc", type: "5" },
  { path: "etc/.wh.removed" },
  { path: "opt", type: "5", mtime: 1_400_000_000 },
  { path: "opt/.wh.becomes-file" },
  { path: "srv", type: "5" },
  { path: "srv/hidden", type: "5", mode: 0o711 },
  { path: "srv/hidden/.wh..wh..opq" },
  { path: "srv/hidden/d", content: "seen\n" },
  { path: "var", type: "5" },
  { path: "var/.wh.old" },
];

const LAST: readonly LayerEntry[] = [
  { path: "opt", type: "5", mtime: 1_400_000_000 },
  { path: "opt/becomes-file", content: "a file now\n" },
  { path: "opt/becomes-folder", type: "5", mode: 0o700 },
  { path: "opt/becomes-folder/inside", content: "new\n" },
  { path: "var", type: "5" },
  { path: "var/old", type: "5" },
  { path: "var/old/new", content: "back again\n" },
];
