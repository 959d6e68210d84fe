/** A user of /etc/passwd. */
export interface BaseUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A group of /etc/group. */
export interface BaseGroup {
  readonly name: string;
  readonly gid: number;
}

/** Who is known in a base image. */
export interface BaseUsers {
  /** In the order of the file: the first of a name or an id is the one that counts. */
  readonly passwd: readonly BaseUser[];
  readonly group: readonly BaseGroup[];
  /** /etc/passwd as it is, empty where there is none. */
  readonly passwdText: string;
  /** /etc/group as it is, empty where there is none. */
  readonly groupText: string;
}

/** The kernel's own: the last number stands for no user. */
const LARGEST_ID = 2 ** 32 - 2;

/** Reads the users of both files' texts. */
export function parseUsers(passwdText: string, groupText: string): BaseUsers {
  return {
    passwd: parsePasswd(passwdText),
    group: parseGroup(groupText),
    passwdText,
    groupText,
  };
}

/**
 * The users of a passwd file. Lines that name none are left out, as in the C library.
 * https://man7.org/linux/man-pages/man5/passwd.5.html
 */
export function parsePasswd(text: string): readonly BaseUser[] {
  const users: BaseUser[] = [];
  for (const [name, , uidText, gidText, , home = "", shell = ""] of fieldsOf(text, 7)) {
    const uid = parseId(uidText);
    const gid = parseId(gidText);
    if (!isName(name) || uid === undefined || gid === undefined) continue;
    users.push({ name, uid, gid, home, shell });
  }
  return users;
}

/** The groups of a group file. https://man7.org/linux/man-pages/man5/group.5.html */
export function parseGroup(text: string): readonly BaseGroup[] {
  const groups: BaseGroup[] = [];
  for (const [name, , gidText] of fieldsOf(text, 4)) {
    const gid = parseId(gidText);
    if (isName(name) && gid !== undefined) groups.push({ name, gid });
  }
  return groups;
}

/** Each line's fields; more than `most` are not looked at. */
function* fieldsOf(text: string, most: number): Generator<string[]> {
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(start, end);
    start = end + 1;
    if (!line.includes("\0")) yield line.split(":", most);
  }
}

/** Lines that begin with these are comments, or ask another service for more users. */
function isName(name: string | undefined): name is string {
  return name !== undefined && name !== "" && !/^[#+-]/.test(name);
}

function parseId(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9]{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= LARGEST_ID ? id : undefined;
}
