/**
 * The names that RCC gives to homes, spaces and stages. All are made of SipHash-2-4 with fixed keys.
 * Source: https://github.com/joshyorko/rcc/tree/v18.18.1/common (`Sipit`, `UserHomeIdentity`) and
 * htfs/library.go (`ControllerSpaceName`, `Identity`).
 */
import { sipHash64, type SipKey } from "../bytes/mod.ts";

const NAME_KEY: SipKey = { k0: 9007199254740993n, k1: 2147483647n };
const HOME_KEY: SipKey = { k0: 9007799254740993n, k1: 2147487647n };

const HOMELESS = "badcafe";

/** How many characters the names of spaces and stages have: one replaces the other inside of files. */
export const SPACE_NAME_LENGTH = 24;

/** Options of {@linkcode spaceName}. */
export interface SpaceNameOptions {
  /** The value of `HOME`; without one, or an empty one, all share the same identity. */
  readonly home: string | undefined;
  /** What `--controller` says: `user` when it is not given. */
  readonly controller?: string;
  /** What `--space` says: `user` when it is not given. */
  readonly space?: string;
}

/** RCC's hash of a text: 16 lower-case hex digits. */
export function sipit(text: string): string {
  return hash(NAME_KEY, text).toString(16).padStart(16, "0");
}

/** Seven characters that stand for the value of `HOME`. */
export function homeIdentity(home: string | undefined): string {
  if (home === undefined || home === "") return HOMELESS;
  return hash(HOME_KEY, home).toString(16).slice(0, 7);
}

/** The folder that a restored environment lies in. */
export function spaceName({ home, controller = "user", space = "user" }: SpaceNameOptions): string {
  const client = sipit(controllerName(controller)).slice(0, 7);
  return `${homeIdentity(home)}_${client}_${sipit(space).slice(0, 8)}`;
}

/** Whether a name has the form of a space's folder. */
export function isSpaceName(name: string): boolean {
  return /^[0-9a-f]{7}_[0-9a-f]{7}_[0-9a-f]{8}$/.test(name);
}

/** The folder that a Linux environment is built in; relocations are the offsets of this name. */
export function stageName(home: string | undefined): string {
  return `h${homeIdentity(home)}_${sipit("linux amd64").slice(0, 14)}t`;
}

/** What a space's records call its controller. */
export function controllerName(controller: string): string {
  return `rcc.${controller}`.toLowerCase();
}

function hash(key: SipKey, text: string): bigint {
  return sipHash64(key, new TextEncoder().encode(text));
}
