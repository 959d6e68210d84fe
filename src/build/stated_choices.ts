import { LEVELS, type Packing } from "../compression/mod.ts";
import { codecOf, type ContainerConfig } from "../oci/mod.ts";
import type { ImageOptions, StartMode, UserRequest } from "../plan/mod.ts";

/** What an image says of how it was built. */
export interface StatedSettings {
  readonly config: ContainerConfig;
  /** Of a layer of its own. */
  readonly mediaType: string;
  /** Whether rcc checks the environment when it starts. */
  readonly isChecked: boolean;
}

/** How an image was packed and is started. */
export type StatedChoice = Pick<ImageOptions, "packing" | "start" | "user">;

/**
 * What recipes depend on and no config says, to be tried until they fit: the likeliest first, those
 * with another level last.
 */
export function statedChoices(
  { config, mediaType, isChecked }: StatedSettings,
): readonly StatedChoice[] {
  const codec: Packing["codec"] = codecOf(mediaType) === "zstd" ? "zstd" : "gzip";
  const { lowest, highest } = LEVELS[codec];
  const packings: readonly Packing[] = [
    { codec },
    ...Array.from({ length: highest - lowest + 1 }, (_, i) => ({ codec, level: lowest + i })),
  ];
  const starts: readonly StartMode[] = isChecked ? ["checked"] : ["trusted", "sealed"];
  const user = userOf(config);
  const users = [{}, ...(user === undefined ? [] : [{ user }])];
  return packings.flatMap((packing) =>
    starts.flatMap((start) => users.map((user) => ({ packing, start, ...user })))
  );
}

function userOf({ User = "", Env = [] }: ContainerConfig): UserRequest | undefined {
  const [uid, gid] = User.split(":").map(Number);
  const name = Env.findLast((variable) => variable.startsWith("USER="))?.slice("USER=".length);
  if (name === undefined || !Number.isSafeInteger(uid) || !Number.isSafeInteger(gid)) {
    return undefined;
  }
  return { name, uid: uid!, gid: gid! };
}
