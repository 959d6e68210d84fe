import { INIT_PROGRAM } from "../init/mod.ts";
import { IMAGE_PATHS, type PlainPlan, type StartMode } from "../plan/mod.ts";
import { PROGRAM_NAME, VERSION } from "../version.ts";
import { environmentSteps, sharedFolders } from "./environment_steps.ts";
import { configInstructions, holdsLineFeed, pairs } from "./instructions.ts";
import { fromWithLineFeed, LINE_FEED_ARGUMENT, lineFeedComment } from "./line_feed.ts";
import { quoteComment, quoteList, quotePaths } from "./quote.ts";
import { runScript } from "./script.ts";

/**
 * The Dockerfile that makes a robot's image of the robot's own folder, rcc and, when there is one,
 * hololib.zip. What is needed to make it stays behind in a stage of its own. The base must have
 * /bin/sh and the small programs that every distribution and busybox have.
 */
export function plainDockerfile(plan: PlainPlan): string {
  const { base: { name, digest }, config } = plan;
  const image = digest === undefined ? name : `${name}@${digest}`;
  const lineFeed = holdsLineFeed(config);
  const from = lineFeed
    ? [fromWithLineFeed("${BASE_IMAGE}"), LINE_FEED_ARGUMENT]
    : ["FROM ${BASE_IMAGE}"];
  const lines = [
    ...introduction(plan),
    ...(lineFeed ? lineFeedComment() : []),
    "",
    "# An image with /bin/sh and the usual tools.",
    `ARG BASE_IMAGE=${image}`,
    ...(lineFeed ? [LINE_FEED_ARGUMENT] : []),
    "",
    "FROM ${BASE_IMAGE} AS build",
    "USER 0:0",
    ...buildVariables(plan),
    `COPY ${quotePaths(["rcc", IMAGE_PATHS.rcc])}`,
    ...rootSteps(plan),
    ...environmentSteps(plan),
    ...robotSteps(plan),
    "",
    ...from,
    "USER 0:0",
    ...copySteps(plan),
    "# The base's health check is about another program.",
    "HEALTHCHECK NONE",
    ...configInstructions(config),
  ];
  return lines.join("\n") + "\n";
}

function introduction({ name, robotFile, environment }: PlainPlan): readonly string[] {
  const robot = /^[\w.-]+$/.test(robotFile) ? robotFile : quoteComment(robotFile);
  const zip = `hololib.zip   the environment: rcc holotree export -r ${robot} -z hololib.zip`;
  const without = [
    "#",
    "# There is no hololib.zip: rcc resolves the environment while the image is built, which needs the",
    "# network. With a hololib.zip beside robot.yaml, print this file again, and it does without.",
    "# Credentials never belong into ARG or ENV. What the stage `build` finds in /run/secrets it uses",
    "# and leaves there: settings.yaml for rcc, netrc for pip (`buildah build --volume",
    "# $PWD/secrets:/run/secrets:ro`, or with BuildKit `RUN --mount=type=secret,id=netrc`).",
  ];
  return [
    `# Robot ${quoteComment(name)}, by ${PROGRAM_NAME} ${VERSION}.`,
    "#",
    `# The context is the robot's folder, which holds ${robot}. Put into it:`,
    "#",
    "#     rcc           rcc for Linux, amd64: https://github.com/joshyorko/rcc/releases",
    ...(environment?.isRecorded ? [`#     ${zip}`] : []),
    `#     Dockerfile    ${PROGRAM_NAME} dockerfile > Dockerfile`,
    `#     .dockerignore ${PROGRAM_NAME} dockerfile --print-dockerignore > .dockerignore`,
    "#",
    "# and build it there:",
    "#",
    "#     docker build --tag NAME .",
    "#     buildah build --tag NAME .",
    ...(environment !== undefined && !environment.isRecorded ? without : []),
  ];
}

/** The same as in the image, so that rcc finds in the image what it made here. */
function buildVariables({ config, environment }: PlainPlan): readonly string[] {
  const wanted = ["HOME", "USER", "ROBOCORP_HOME", "RCC_AUTOUPDATES_RCC_INDEX"];
  if (environment?.isRecorded) wanted.push("RCC_NO_BUILD");
  const variables = (config.Env ?? []).map((variable): readonly [string, string] => {
    const equals = variable.indexOf("=");
    return [variable.slice(0, equals), variable.slice(equals + 1)];
  });
  return pairs("ENV", variables.filter(([name]) => wanted.includes(name)));
}

/**
 * What root alone may do. The environment is restored by the robot's own user, so that nothing needs
 * another owner afterwards: that would take setuid bits away.
 */
function rootSteps(plan: PlainPlan): readonly string[] {
  const { user, start, init, environment } = plan;
  const { name, uid, gid, passwdLine = "", groupLine = "" } = user;
  const layout = environment?.layout;
  const owner = start === "sealed" ? "0:0" : `${uid}:${gid}`;
  return [
    "# The user, unless the base has it, and the user's folders.",
    runScript([
      `touch /etc/passwd /etc/group`,
      `found=$(sed -n "s/^$1:[^:]*:\\([0-9]*\\):.*/\\1/p" /etc/passwd)`,
      `if [ "\${found:-$2}" != "$2" ]; then`,
      `  echo "the base has the user $1 as $found: name it by --user $1:$found" >&2; exit 1`,
      `fi`,
      `[ -n "$found" ] || printf '%s\\n' "$4" >> /etc/passwd`,
      `[ -z "$5" ] || grep -q "^[^:]*:[^:]*:$3:" /etc/group || printf '%s\\n' "$5" >> /etc/group`,
      `chmod 0755 ${IMAGE_PATHS.rcc}`,
      `owner=$6; shift 6; mkdir -p "$@"; chown "$owner" "$@"`,
    ], {
      args: [
        ...[name, String(uid), String(gid), passwdLine, groupLine, owner],
        ...[...foldersOf(plan), IMAGE_PATHS.app, plan.robocorpHome],
        ...(layout === undefined ? [] : [layout.holotree]),
      ],
    }),
    ...(layout?.shared ? [sharedFolders(layout.name)] : []),
    ...(init ? initSteps() : []),
    ...(start === "sealed" ? [] : [`USER ${uid}:${gid}`]),
  ];
}

/** The init is part of this program: nothing has to be fetched for it. */
function initSteps(): readonly string[] {
  return [
    "# The first process of a container.",
    runScript([
      `printf %s "$1" | base64 -d > ${IMAGE_PATHS.init}; chmod 0755 ${IMAGE_PATHS.init}`,
    ], { args: [INIT_PROGRAM.toBase64()] }),
  ];
}

/** The robot's code, the seeds, and the artifacts folder, empty. */
function robotSteps(plan: PlainPlan): readonly string[] {
  const { user, robocorpHome, artifactsDir, start, seeds, environment } = plan;
  const emptied = artifactsDir === "." ? "" : ' "./$1"';
  const app = IMAGE_PATHS.app;
  return [
    "# The robot, and what spares rcc a wait at its first start.",
    `COPY ${start === "sealed" ? "" : `--chown=${user.uid}:${user.gid} `}${
      quotePaths([".", `${app}/`])
    }`,
    runScript([
      `cd ${app}; rm -rf rcc hololib.zip${emptied}; mkdir -p "./$1"; chmod -R u=rwX,go=rX .`,
      ...(environment === undefined || start !== "checked"
        ? []
        : [`mv /tmp/catalog.zip ${app}/hololib.zip`]),
      `mkdir -p "$2/templates"`,
      `printf %s "$3" > "$2/rcc.yaml"`,
      `printf %s "$4" > "$2/rcccache.yaml"`,
      `printf %s "$5" > "$2/templates/rcc.json"`,
      `touch -t 203701010000 "$2/templates/rcc.json"`,
      ...MODE_LINES[start],
    ], {
      args: [
        artifactsDir,
        robocorpHome,
        seeds.settings,
        seeds.cache,
        seeds.index,
        ...(start === "sealed" ? [`${user.uid}:${user.gid}`, ...foldersOf(plan)] : []),
      ],
    }),
  ];
}

const OWN_SEEDS = `chmod 0600 "$2/rcc.yaml" "$2/rcccache.yaml"`;
/** For any user: what root has made stays root's and can be read, but for the artifacts folder. */
const SEALED_LINES: readonly string[] = [
  `chown "$6" "./$1"; artifacts=$1; shift 6`,
  `find "$@" -type d -exec chmod 0755 {} +`,
  `chmod -R a+rX,u-s,g-s "$@"; chmod 0777 "./$artifacts"`,
];

const MODE_LINES: Readonly<Record<StartMode, readonly string[]>> = {
  checked: [OWN_SEEDS],
  trusted: [OWN_SEEDS, `chmod 0777 "./$1"`],
  sealed: SEALED_LINES,
};

/** What the image is, beside the base. */
function copySteps(plan: PlainPlan): readonly string[] {
  const { user, start, init, environment, outputDir } = plan;
  const folders = foldersOf(plan);
  const opened = folders.filter((folder) => folder.startsWith("/root/"));
  return [
    `COPY --from=build ${quotePaths([IMAGE_PATHS.rcc, IMAGE_PATHS.rcc])}`,
    ...(init ? [`COPY --from=build ${quotePaths([IMAGE_PATHS.init, IMAGE_PATHS.init])}`] : []),
    `COPY --from=build ${quotePaths(["/etc/passwd", "/etc/group", "/etc/"])}`,
    ...folders.map((folder) => `COPY --from=build ${quotePaths([`${folder}/`, `${folder}/`])}`),
    ...(start === "sealed" || folders.length === 0 ? [] : [
      "# COPY keeps the owners of what is in a folder, not the folder's own.",
      `RUN ${quoteList(["chown", `${user.uid}:${user.gid}`, ...folders])}`,
    ]),
    ...(outputDir === undefined ? [] : [
      "# Robot Framework writes into the artifactsDir as it stands in robot.yaml.",
      runScript([`[ -d "$1" ] || { mkdir -p "$1"; chown "$2" "$1"; chmod "$3" "$1"; }`], {
        args: [outputDir, `${user.uid}:${user.gid}`, start === "checked" ? "0755" : "0777"],
      }),
    ]),
    ...(environment?.layout.shared
      ? [`RUN ${quoteList(["chmod", "0777", environment.layout.holotree])}`]
      : []),
    ...(opened.length === 0 ? [] : [
      "# The way to the environment is open to the robot's user.",
      `RUN ${quoteList(["chmod", "a+x", "/root"])}`,
    ]),
  ];
}

/** The folders that are the image's own, none inside of another. */
function foldersOf({ user, robocorpHome, environment }: PlainPlan): readonly string[] {
  const layout = environment?.layout;
  const wanted = [IMAGE_PATHS.robotHome, user.home, robocorpHome];
  if (layout !== undefined) wanted.push(layout.holotree);
  const own = [...new Set(wanted)].filter((folder) => folder !== "/" && folder !== "/root");
  return own.filter((folder) => !own.some((other) => folder.startsWith(`${other}/`)));
}
