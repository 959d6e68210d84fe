import { createHash } from "node:crypto";
import { bytesContent, type Content, fileContent } from "../packing/mod.ts";
import type { BaseUsers } from "../base/mod.ts";
import { INIT_PROGRAM } from "../init/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { entryPath, FIXED_TIME, FUTURE_TIME, IMAGE_PATHS } from "./paths.ts";
import type { StartMode } from "./options.ts";
import type { ImageUser } from "./user.ts";

const ROOT = { uid: 0, gid: 0 };

/** Options of {@linkcode runtimeEntries}. */
export interface RuntimeOptions {
  /** The Linux rcc. */
  readonly rcc: { readonly path: string; readonly size: number };
  readonly user: ImageUser;
  readonly users: BaseUsers;
  readonly robocorpHome: string;
  /** Whether the base has nothing at all. */
  readonly isScratch: boolean;
  readonly start: StartMode;
  readonly init: boolean;
}

/** What every robot needs: rcc, its user, and the files without which rcc waits at its first start. */
export function runtimeEntries(options: RuntimeOptions): readonly TarEntry<Content>[] {
  const { rcc, user, users, isScratch, init } = options;
  return [
    file(IMAGE_PATHS.rcc, fileContent(rcc.path, rcc.size), { mode: 0o755 }),
    ...(init ? [file(IMAGE_PATHS.init, bytesContent(INIT_PROGRAM), { mode: 0o755 })] : []),
    ...accountFiles(user, users),
    ...(isScratch ? [folder("/tmp", { mode: 0o1777 })] : []),
    ...seeds(options),
  ];
}

function accountFiles(user: ImageUser, users: BaseUsers): readonly TarEntry<Content>[] {
  const entries: TarEntry<Content>[] = [];
  if (user.passwdLine !== undefined) {
    const base = users.passwdText || ROOT_PASSWD;
    const lines = user.name === "root" ? "" : `${user.passwdLine}\n`;
    entries.push(text(IMAGE_PATHS.passwd, withLineFeed(base) + lines));
  }
  if (user.passwdLine !== undefined && (user.groupLine !== undefined || users.groupText === "")) {
    const base = users.groupText || ROOT_GROUP;
    const lines = user.groupLine === undefined || user.name === "root" ? "" : `${user.groupLine}\n`;
    entries.push(text(IMAGE_PATHS.group, withLineFeed(base) + lines));
  }
  return entries;
}

const ROOT_PASSWD = "root:x:0:0:root:/root:/bin/sh\n";
const ROOT_GROUP = "root:x:0:\n";

function withLineFeed(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/**
 * Without rcc.yaml and rcccache.yaml a first start loses a second in a race for a lock; with a
 * version index from the future none is fetched.
 */
function seeds({ user, robocorpHome, start }: RuntimeOptions): readonly TarEntry<Content>[] {
  const owner = ownerOf(user, start);
  const mode = start === "sealed" ? 0o644 : 0o600;
  const { settings, cache, index } = seedTexts(user);
  return [
    text(`${robocorpHome}/rcc.yaml`, settings, { owner, mode }),
    text(`${robocorpHome}/rcccache.yaml`, cache, { owner, mode }),
    folder(`${robocorpHome}/templates`, { owner }),
    text(`${robocorpHome}/templates/rcc.json`, index, { owner, mtime: FUTURE_TIME }),
  ];
}

/** What the files hold that spare rcc a wait at its first start. */
export interface SeedTexts {
  /** rcc.yaml */
  readonly settings: string;
  /** rcccache.yaml */
  readonly cache: string;
  /** templates/rcc.json, whose time lies in the future. */
  readonly index: string;
}

export function seedTexts(user: ImageUser): SeedTexts {
  return {
    settings: `tracking:\n    identity: ${installationId(user)}\n`,
    cache: `credentials: {}\nstamps: {}\nusers:\n- ${user.name.toLowerCase()}\n`,
    index: `{"tested": []}\n`,
  };
}

/** A UUID (version 8) that is the same for every image of this user: it must not change the layer. */
function installationId({ name, home }: ImageUser): string {
  const hex = createHash("sha256").update(`rcc-oci ${name} ${home}`).digest("hex");
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...groups, hex.slice(20, 32)].join("-");
}

/** In a sealed image all is root's. */
export function ownerOf({ uid, gid }: ImageUser, start: StartMode): { uid: number; gid: number } {
  return start === "sealed" ? ROOT : { uid, gid };
}

interface EntryOptions {
  readonly mode?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly mtime?: number;
}

function file(path: string, content: Content, options: EntryOptions): TarEntry<Content> {
  const { mode = 0o644, owner = ROOT, mtime = FIXED_TIME } = options;
  return { type: "file", path: entryPath(path), owner, mode, mtime, content };
}

function text(path: string, value: string, options: EntryOptions = {}): TarEntry<Content> {
  return file(path, bytesContent(new TextEncoder().encode(value)), options);
}

function folder(path: string, options: EntryOptions): TarEntry<Content> {
  const { mode = 0o755, owner = ROOT, mtime = FIXED_TIME } = options;
  return { type: "directory", path: entryPath(path), owner, mode, mtime };
}
