import { IMAGE_PATHS, type PlainPlan } from "../plan/mod.ts";
import { CATALOG_ZIP } from "./catalog_zip.ts";
import { quotePaths } from "./quote.ts";
import { runScript } from "./script.ts";

/**
 * rcc restores the environment where the image needs it. Of the library only the catalog stays, in a
 * hololib.zip: rcc compares the environment with it at each start, and takes it as it is.
 */
export function environmentSteps(plan: PlainPlan): readonly string[] {
  const { environment, user, robotFile, robocorpHome, start } = plan;
  if (environment === undefined) return [];
  const { layout, hash, isRecorded } = environment;
  const library = `${layout.hololib}/catalog/${hash}v12.linux_amd64`;
  return [
    isRecorded
      ? "# The environment: rcc takes it from hololib.zip and restores it, without a network."
      : "# The environment: rcc resolves it, from the network.",
    ...(isRecorded ? [`COPY ${quotePaths(["hololib.zip", "/tmp/hololib.zip"])}`] : []),
    `COPY --chown=${user.uid}:${user.gid} ${
      quotePaths([...definitionOf(plan), `${IMAGE_PATHS.app}/`])
    }`,
    runScript([
      ...(isRecorded
        ? [
          `rcc holotree import /tmp/hololib.zip`,
          // Beside robot.yaml rcc would take it as the library.
          `rm -f ${IMAGE_PATHS.app}/hololib.zip`,
        ]
        : [
          `[ ! -f /run/secrets/settings.yaml ] || ln -s /run/secrets/settings.yaml "$2/settings.yaml"`,
          `[ ! -f /run/secrets/netrc ] || export NETRC=/run/secrets/netrc`,
        ]),
      `rcc holotree variables --robot "$1" --json > /dev/null`,
    ], { args: [`${IMAGE_PATHS.app}/${robotFile}`, robocorpHome] }),
    ...(start === "checked"
      ? [
        "# A zip of the catalog alone.",
        runScript(CATALOG_ZIP, {
          args: [library, `catalog/${hash}v12.linux_amd64`, "/tmp/catalog.zip"],
        }),
      ]
      : []),
    "# Only the environment stays, not what it was made of.",
    runScript(removedPaths(plan), {
      args: [layout.folder, robocorpHome, layout.holotree, layout.hololib],
    }),
  ];
}

/** A folder that rcc shares among all users of a machine: it looks for the mark of its HOME there. */
export function sharedFolders(space: string): string {
  return runScript([
    `for folder in . lib lib/catalog lib/library lib/used lib/pids; do`,
    `  mkdir -p "/opt/robocorp/ht/$folder"; chmod 0777 "/opt/robocorp/ht/$folder"`,
    `done`,
    `mkdir -p /opt/robocorp/ht/lib/catalog/init; touch "/opt/robocorp/ht/lib/catalog/init/$1"`,
  ], { args: [space.slice(0, space.indexOf("_"))] });
}

/**
 * What decides the environment, so that another file of the robot does not have it rebuilt. Names
 * that mean something else to COPY are left to the whole folder.
 */
function definitionOf({ robotFile, condaFile }: PlainPlan): readonly string[] {
  const files = [robotFile, ...(condaFile === undefined ? [] : [condaFile])];
  return files.every((file) => /^[\w.-]+$/.test(file)) ? files : ["."];
}

/** What the final stage would copy and no start needs. `$1` is the space, `$4` the library. */
function removedPaths({ environment, start }: PlainPlan): readonly string[] {
  const { shared } = environment!.layout;
  const hasLibrary = shared || start === "checked";
  return [
    `for entry in "$3"/*; do`,
    `  case "$entry" in`,
    `    "$1" | "$1".* | */global.lck${shared ? " | */lib" : ""}) ;;`,
    `    *) rm -rf "$entry" ;;`,
    `  esac`,
    `done`,
    `for entry in "$2"/* "$2"/.[!.]*; do`,
    `  case "\${entry##*/}" in`,
    `    holotree${hasLibrary ? " | hololib" : ""}) ;;`,
    `    *) rm -rf "$entry" ;;`,
    `  esac`,
    `done`,
    ...(hasLibrary
      ? [
        `find "$4" -mindepth 2 -maxdepth 2 ! -name init -exec rm -rf {} +`,
        `for folder in catalog library used pids; do mkdir -p "$4/$folder"; done`,
      ]
      : []),
  ];
}
