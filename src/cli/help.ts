import { styleText } from "node:util";
import type { HelpConfiguration, Option } from "@commander-js/extra-typings";

/** The titles below which `--help` lists options. */
export const GROUPS = {
  robot: "Robot and environment:",
  image: "Image:",
  output: "Output:",
  kept: "What goes:",
  registry: "Registries:",
  messages: "Messages:",
} as const;

/** Environment variables that change what the program does. */
export const ENVIRONMENT_VARIABLES = [
  ["RCC_OCI_CACHE", "the cache's folder, instead of that of the system"],
  ["RCC_OCI_USERNAME, RCC_OCI_PASSWORD", "credentials for the registry that is used"],
  ["REGISTRY_AUTH_FILE, DOCKER_CONFIG", "where the credentials of podman and docker are"],
  ["DOCKER_AUTH_CONFIG", "credentials themselves: the text of a config.json"],
  ["HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "proxies, and what is reached without them"],
  ["SSL_CERT_FILE", "CA certificates to trust, besides the system's"],
  ["ROBOCORP_HOME", "the folder of rcc with its library (default: ~/.robocorp)"],
  ["RCC_OCI_RCC_URL", "where releases of rcc are, with {version} in it"],
  ["SOURCE_DATE_EPOCH", "the image's time in seconds, for the same bytes each time"],
  ["NO_COLOR, FORCE_COLOR, CI", "how much a terminal may be made use of"],
] as const;

/** What the program ends with. */
export const EXIT_CODES = [
  ["0", "done"],
  ["1", "unexpected: please report it"],
  ["2", "the arguments are wrong"],
  ["3", "robot.yaml or conda.yaml is missing or wrong"],
  ["4", "rcc, or a tool of this machine"],
  ["5", "the environment or its library"],
  ["6", "the base image or a registry"],
  ["7", "what is written, or the disk"],
  ["8", "rebase --check: the base has changed"],
  ["9", "verify: the same content, but for records or how it was packed"],
  ["10", "verify: the image is not what was built"],
  ["129, 130, 143", "interrupted"],
] as const;

/** What a command is shown at work with: what it does, and the command line. */
export type Example = readonly [does: string, command: string];

/** By the names of the command, and of those that it is one of. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "build": [
    ["the robot of this folder as image.tar", "rcc-oci build -t my-robot:1"],
    ["straight into docker", "rcc-oci build -r robot -t my-robot:1 --load docker"],
    ["to a registry, without an engine", "rcc-oci build -t ghcr.io/acme/bot:1 --push"],
    [
      "for any uid and a read-only root, as in Kubernetes",
      "rcc-oci build -t ghcr.io/acme/bot:1 --push --sealed",
    ],
    ["what would be made and downloaded, without doing it", "rcc-oci build -t my-robot:1 --plan"],
    [
      "without a network",
      "rcc-oci build --base-image oci-archive:base.tar --rcc-exec rcc-linux64 -t my-robot:1",
    ],
  ],
  "doctor": [
    ["whether the robot of this folder can be built", "rcc-oci doctor"],
    ["and pushed", "rcc-oci doctor -r robot -t ghcr.io/acme/bot:1 --push"],
  ],
  "dockerfile": [
    ["print it", "rcc-oci dockerfile -r robot > Dockerfile"],
    ["a folder that has every layer in it", "rcc-oci dockerfile -r robot --context context"],
  ],
  "inspect": [
    ["an archive", "rcc-oci inspect image.tar"],
    ["one of the images of a layout, with all its files", "rcc-oci inspect oci:layout:1 --files"],
  ],
  "rebase": [
    ["onto what its base's tag names now", "rcc-oci rebase ghcr.io/acme/bot:1 --push"],
    ["whether that is another image", "rcc-oci rebase ghcr.io/acme/bot:1 --check"],
  ],
  "verify": [
    [
      "whether an archive is what is built of this robot, its library and this rcc",
      "rcc-oci verify bot.tar -r robot --base-image oci-archive:base.tar",
    ],
    [
      "the same for a program, with all that differs",
      "rcc-oci verify bot.tar -r robot --base-image oci-archive:base.tar --json",
    ],
  ],
  "cache prune": [
    ["what was unused for a month", "rcc-oci cache prune"],
    ["in a job that keeps the cache", "rcc-oci cache prune --older-than 7d --max-size 5GB"],
  ],
  "completion": [
    ["bash", 'eval "$(rcc-oci completion bash)"'],
    ["zsh", "rcc-oci completion zsh > ~/.zfunc/_rcc-oci"],
    ["fish", "rcc-oci completion fish > ~/.config/fish/completions/rcc-oci.fish"],
    ["PowerShell", "rcc-oci completion powershell | Out-String | Invoke-Expression"],
  ],
};

/** How commander shows help: titles stand out, and an empty list is no default to speak of. */
export const HELP: HelpConfiguration = {
  styleTitle: strong,
  optionDescription(option) {
    const text = defaultOf(option);
    return option.description + (text === undefined ? "" : ` (default: ${text})`);
  },
};

/** Commander takes it away where no terminal shows it. */
function strong(title: string): string {
  return styleText("bold", title, { validateStream: false });
}

/** A default in words stands in the description already. */
export function defaultOf({ defaultValue }: Pick<Option, "defaultValue">): string | undefined {
  return typeof defaultValue === "string" ? defaultValue : undefined;
}

/** What stands below the options of a command. */
export function examplesText(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  if (examples.length === 0) return "";
  const lines = examples.flatMap(([does, line]) => [`  # ${does}`, `  ${line}`]);
  return ["", strong("Examples:"), ...lines].join("\n");
}

/** What stands below the program's commands. */
export function environmentText(): string {
  return [
    "",
    strong("Environment variables:"),
    ...ENVIRONMENT_VARIABLES.flatMap(([names, does]) => [`  ${names}`, `      ${does}`]),
    "",
    strong("Exit codes:"),
    ...EXIT_CODES.map(([code, means]) => `  ${code.padEnd(15)}${means}`),
  ].join("\n");
}
