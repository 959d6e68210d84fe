import { delimiter, join } from "node:path";
import { largeFixturePath } from "./fixtures.ts";

/**
 * The programs that tests need from outside: what must be on PATH for each, and whether it has to
 * be run as root. A `docker` alone is only a client: the daemon is what counts.
 */
const TOOLS = {
  apt: { commands: ["apt-get", "dpkg-deb"] },
  bash: { commands: ["bash"] },
  buildah: { commands: ["buildah", "runc"], root: true },
  cc: { commands: ["gcc"] },
  chromium: { commands: ["chromium"] },
  containerd: { commands: ["containerd", "ctr", "runc", "setsid"], root: true },
  curl: { commands: ["curl"] },
  docker: { commands: ["dockerd", "docker", "containerd", "runc", "setsid"], root: true },
  "docker-registry": { commands: ["docker-registry"] },
  fish: { commands: ["fish"] },
  git: { commands: ["git"] },
  go: { commands: ["go"] },
  gzip: { commands: ["gzip"] },
  mandoc: { commands: ["mandoc"] },
  mmdebstrap: { commands: ["mmdebstrap"], root: true },
  npm: { commands: ["node", "npm", "npx"] },
  mount: { commands: ["mount", "umount"], root: true },
  openssl: { commands: ["openssl"] },
  pigz: { commands: ["pigz"] },
  pip: { commands: ["python3", "pip3", "ldd"] },
  podman: { commands: ["podman", "conmon", "runc", "setsid"], root: true },
  python: { commands: ["python3"] },
  runc: { commands: ["runc"], root: true },
  shellcheck: { commands: ["shellcheck"] },
  skopeo: { commands: ["skopeo"] },
  tar: { commands: ["tar"] },
  tmux: { commands: ["tmux"] },
  umoci: { commands: ["umoci"], root: true },
  unshare: { commands: ["unshare", "mount"], root: true },
  unzip: { commands: ["unzip"] },
  zip: { commands: ["zip"] },
  zsh: { commands: ["zsh"] },
  zstd: { commands: ["zstd"] },
} as const satisfies Record<string, { commands: readonly string[]; root?: boolean }>;

export type Tool = keyof typeof TOOLS;

/** What tests need that nobody can install: a system, a right, files that do not ship. */
const PLACES = {
  linux: () => Deno.build.os === "linux",
  "linux/amd64": () => Deno.build.os === "linux" && Deno.build.arch === "x86_64",
  "no Windows": () => Deno.build.os !== "windows",
  root: () => Deno.build.os !== "windows" && Deno.uid() === 0,
  "large fixtures": () => largeFixturePath("python") !== undefined,
} as const satisfies Record<string, () => boolean>;

export type Place = keyof typeof PLACES;

/** Options of {@linkcode toolTest}. */
export interface ToolTestOptions extends Omit<Deno.TestDefinition, "fn" | "ignore"> {
  /** What the test cannot do without. */
  readonly needs: readonly Tool[];
  /** Where alone it can run. */
  readonly on?: readonly Place[];
}

/**
 * Registers a test that needs programs from outside. Where one is missing the test is ignored, so
 * that it is counted, and its name ends in {@linkcode waitsFor} the tools; with
 * `RCC_OCI_REQUIRE_TOOLS=1`, as in CI, it fails and names them. Elsewhere than where it can run it
 * is ignored in any case, and says so too.
 */
export function toolTest(
  { needs, on = [], ...definition }: ToolTestOptions,
  fn: Deno.TestDefinition["fn"],
): void {
  const missing = needs.filter((tool) => !hasTool(tool));
  const elsewhere = on.filter((place) => !PLACES[place]());
  const required = Deno.env.get("RCC_OCI_REQUIRE_TOOLS") === "1";
  Deno.test(gate({ ...definition, fn }, { missing, elsewhere, required }));
}

/** Options of {@linkcode gate}. */
export interface GateOptions {
  readonly missing: readonly Tool[];
  /** Where it would have to run. */
  readonly elsewhere?: readonly Place[];
  readonly required: boolean;
}

/** What is registered when some tools are `missing`, `required` or not, or it cannot run here. */
export function gate(
  definition: Deno.TestDefinition,
  { missing, elsewhere = [], required }: GateOptions,
): Deno.TestDefinition {
  const all = [...missing, ...elsewhere];
  if (all.length === 0) return definition;
  if (!required || elsewhere.length > 0) {
    return { ...definition, name: definition.name + waitsFor(all), ignore: true };
  }
  return {
    ...definition,
    fn: () => {
      throw new Error(`expected the tools ${missing.map(describeTool).join(", ")}, found none`);
    },
  };
}

/** The end of an ignored test's name, from which `scripts/test.ts` learns what it waits for. */
export function waitsFor(tools: readonly (Tool | Place)[]): string {
  return ` [waits for ${tools.join(", ")}]`;
}

/** Whether the tool can be used here. */
export function hasTool(tool: Tool): boolean {
  const { commands, root }: { commands: readonly string[]; root?: boolean } = TOOLS[tool];
  return (!root || Deno.uid() === 0) &&
    commands.every((command) => findCommand(command) !== undefined);
}

function describeTool(tool: Tool): string {
  const { commands, root }: { commands: readonly string[]; root?: boolean } = TOOLS[tool];
  return `${tool} (${commands.join(", ")} on PATH${root ? ", run as root" : ""})`;
}

/** Name and gate of a test that needs no tool, but a place. */
export function testOn(
  name: string,
  ...places: readonly Place[]
): Pick<Deno.TestDefinition, "name" | "ignore"> {
  const elsewhere = places.filter((place) => !PLACES[place]());
  return elsewhere.length === 0 ? { name } : { name: name + waitsFor(elsewhere), ignore: true };
}

/** The path of a program, `undefined` when it is neither on PATH nor among root's programs. */
export function findCommand(command: string): string | undefined {
  for (const folder of searchPath().split(delimiter)) {
    const path = join(folder, command);
    try {
      const { isFile, mode } = Deno.statSync(path);
      if (isFile && ((mode ?? 0) & 0o111) !== 0) return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** PATH with the folders of root's programs, which a plain shell may leave out. */
function searchPath(): string {
  return [Deno.env.get("PATH") ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);
}

/** Options of {@linkcode run}. */
export interface RunOptions {
  /** Added to the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  /** After it the program is killed and `run` throws. 300,000 by default. */
  readonly timeoutMs?: number;
  /** Returns any exit code, instead of throwing for all but 0. */
  readonly allowFailure?: boolean;
}

/** How a program ended. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What stands in `stdout`, for a program that writes no text. */
  readonly stdoutBytes: Uint8Array<ArrayBuffer>;
}

/** Runs a program to its end. @throws when it fails, with its command line and its last words. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { env = {}, cwd, stdin, timeoutMs = 300_000, allowFailure = false } = options;
  const child = new Deno.Command(command, {
    args: [...args],
    env: { PATH: searchPath(), ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  try {
    const fed = stdin === undefined ? undefined : feed(child.stdin, stdin);
    const output = await child.output();
    await fed;
    const result = {
      code: output.code,
      stdout: new TextDecoder().decode(output.stdout),
      stderr: new TextDecoder().decode(output.stderr),
      stdoutBytes: output.stdout,
    };
    if (late) throw failed(`no end after ${timeoutMs} ms`, command, args, result);
    if (output.code !== 0 && !allowFailure) {
      throw failed(`exit code ${output.code}`, command, args, result);
    }
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** A program may end without reading all that it is given. */
async function feed(
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
  bytes: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const chunk = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const writer = stdin.getWriter();
  try {
    await writer.write(chunk);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function failed(
  how: string,
  command: string,
  args: readonly string[],
  { stdout, stderr }: RunResult,
): Error {
  const words = [stdout, stderr].map((text) => text.trim().slice(-4000)).filter(Boolean);
  return new Error(
    [`failed to run "${[command, ...args].join(" ")}": ${how}`, ...words].join("\n"),
  );
}
