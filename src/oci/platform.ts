/** What an image runs on. https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** The only platform that this program makes images for, whatever the host. */
export const LINUX_AMD64: Platform = { os: "linux", architecture: "amd64" };

/** Whatever it is called: tools that ask the kernel write its own name of the architecture. */
export function isLinuxAmd64(platform: Partial<Platform> | undefined): boolean {
  const { os = "", architecture = "" } = platform ?? {};
  return os.toLowerCase() === LINUX_AMD64.os && AMD64_NAMES.has(architecture.toLowerCase());
}

const AMD64_NAMES: ReadonlySet<string> = new Set(["amd64", "x86_64", "x86-64"]);
