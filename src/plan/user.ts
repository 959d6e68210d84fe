import type { BaseUsers } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { IMAGE_PATHS } from "./paths.ts";

/** Who runs the robot. */
export interface ImageUser {
  /** As in passwd, and the value of `USER`. */
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The value of `HOME`, from which RCC makes the space's name. */
  readonly home: string;
  /** What must be added to the base's /etc/passwd and /etc/group: lines without line feeds. */
  readonly passwdLine?: string;
  readonly groupLine?: string;
}

/** What `--user name[:uid[:gid]]` asks for. */
export interface UserRequest {
  readonly name: string;
  readonly uid?: number;
  readonly gid?: number;
}

const DEFAULT_USER: UserRequest = { name: "robot", uid: 1000, gid: 1000 };
const NAME = /^[a-z_][a-z0-9_-]{0,31}$/;
const LARGEST_ID = 2 ** 31 - 1;

/** Reads `name[:uid[:gid]]`. @throws {Failure} when it has another form. */
export function parseUserRequest(text: string): UserRequest {
  const [name = "", uid, gid, ...rest] = text.split(":");
  const ids = [uid, gid].map((id) => id === undefined ? undefined : parseId(id));
  if (!NAME.test(name) || rest.length > 0 || ids.some(Number.isNaN)) {
    throw new Failure(
      "usage/user",
      `failed to read --user "${text}": expected name[:uid[:gid]], such as "worker:1500:1500"`,
    );
  }
  return {
    name,
    ...(ids[0] === undefined ? {} : { uid: ids[0] }),
    ...(ids[1] === undefined ? {} : { gid: ids[1] }),
  };
}

/**
 * Who runs the robot on this base. A user of the base is kept: by name, with its own uid and home, or
 * for the default user by uid, with its own name. Anybody else gets lines in passwd and group, and a
 * uid that nobody has where none is asked for.
 *
 * @throws {Failure} when the base has the name that was asked for under another uid or gid.
 */
export function chooseUser(users: BaseUsers, request?: UserRequest): ImageUser {
  const { name, uid = DEFAULT_USER.uid!, gid } = request ?? DEFAULT_USER;
  const named = users.passwd.find((user) => user.name === name);
  if (named !== undefined) {
    if (request !== undefined) requireSameIds(request, named);
    return {
      name,
      uid: named.uid,
      gid: named.gid,
      home: request === undefined ? IMAGE_PATHS.robotHome : named.home || "/",
    };
  }
  if (name === "root") {
    return withLines(users, { name, uid: 0, gid: 0, home: "/root" });
  }
  const home = request === undefined ? IMAGE_PATHS.robotHome : `/home/${name}`;
  if (request !== undefined && request.uid === undefined) {
    const free = freeUid(users);
    return withLines(users, { name, uid: free, gid: gid ?? free, home });
  }
  const sameUid = users.passwd.find((user) => user.uid === uid);
  if (sameUid !== undefined) {
    const ownHome = request === undefined ? home : sameUid.home || home;
    return { name: sameUid.name, uid, gid: gid ?? sameUid.gid, home: ownHome };
  }
  return withLines(users, { name, uid, gid: gid ?? uid, home });
}

function freeUid({ passwd }: BaseUsers): number {
  const taken = new Set(passwd.map(({ uid }) => uid));
  let uid = DEFAULT_USER.uid!;
  while (taken.has(uid)) uid++;
  return uid;
}

function withLines(users: BaseUsers, user: ImageUser): ImageUser {
  const { name, uid, gid, home } = user;
  const shell = "/bin/sh";
  const hasGroup = users.group.some((group) => group.gid === gid);
  const groupNameIsFree = !users.group.some((group) => group.name === name);
  return {
    ...user,
    passwdLine: `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`,
    ...(hasGroup || !groupNameIsFree ? {} : { groupLine: `${name}:x:${gid}:` }),
  };
}

function requireSameIds(
  request: UserRequest,
  found: { readonly name: string; readonly uid: number; readonly gid: number },
): void {
  const { name, uid = found.uid, gid = found.gid } = request;
  if (uid === found.uid && gid === found.gid) return;
  throw new Failure(
    "base/user-conflict",
    `failed to add user "${name}" as ${uid}:${gid}: the base has it as ${found.uid}:${found.gid}, ` +
      `use --user ${name}, or another name`,
  );
}

function parseId(text: string): number {
  const id = /^[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
  return id <= LARGEST_ID ? id : NaN;
}
