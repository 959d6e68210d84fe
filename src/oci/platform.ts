/** What an image runs on. https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** The only platform that this program makes images for, whatever the host. */
export const LINUX_AMD64: Platform = { os: "linux", architecture: "amd64" };

export function isLinuxAmd64(platform: Partial<Platform> | undefined): boolean {
  return platform?.os === LINUX_AMD64.os && platform?.architecture === LINUX_AMD64.architecture;
}
