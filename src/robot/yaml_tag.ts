/** Anchors, tags and directives. https://yaml.org/spec/1.1/#id895217 and what follows there. */
import { isBlank, isBlankOrEnd, isBreakOrEnd, isWord, type YamlCursor } from "./yaml_cursor.ts";
import type { Refuse, YamlToken } from "./yaml_token.ts";

/** `&name` or `*name`. */
export function scanAnchor(cursor: YamlCursor, refuse: Refuse): YamlToken {
  const { offset } = cursor;
  const type = cursor.read() === "&" ? "anchor" : "alias";
  const name = cursor.readWhile(isWord);
  const next = cursor.peek();
  if (name === "" || !(isBlankOrEnd(next) || "?:,]}%@`".includes(next))) {
    refuse(cursor.offset, `an ${type} needs a name of letters, digits, "-" and "_"`);
  }
  return { type, offset, name };
}

/** `!!type`, `!type`, `!handle!type`, `!<whole>` or a lone `!`. */
export function scanTag(cursor: YamlCursor, refuse: Refuse): YamlToken {
  const { offset } = cursor;
  let handle = "";
  let suffix = "";
  if (cursor.peek(1) === "<") {
    cursor.skip(2);
    suffix = requireUri(cursor, refuse);
    if (cursor.peek() !== ">") refuse(cursor.offset, `the tag is not closed, write ">"`);
    cursor.skip();
  } else {
    handle = scanHandle(cursor);
    if (/^!.*!$/.test(handle)) {
      suffix = requireUri(cursor, refuse);
    } else {
      suffix = handle.slice(1) + scanUri(cursor, refuse);
      // A lone "!" is a tag of its own.
      [handle, suffix] = suffix === "" ? ["", "!"] : ["!", suffix];
    }
  }
  if (!isBlankOrEnd(cursor.peek())) refuse(cursor.offset, "a tag must end in a space");
  return { type: "tag", offset, handle, suffix };
}

/** `!`, `!!` or `!name!`; what is no handle comes back too: `!name`. */
function scanHandle(cursor: YamlCursor): string {
  const handle = cursor.read() + cursor.readWhile(isWord);
  return cursor.peek() === "!" ? handle + cursor.read() : handle;
}

const URI = /^[-\w;/?:@&=+$,.!~*'()[\]]$/;

function scanUri(cursor: YamlCursor, refuse: Refuse): string {
  let uri = "";
  for (;;) {
    uri += cursor.readWhile((character) => URI.test(character));
    if (cursor.peek() !== "%") return uri;
    uri += scanEscapes(cursor, refuse);
  }
}

function requireUri(cursor: YamlCursor, refuse: Refuse): string {
  const uri = scanUri(cursor, refuse);
  if (uri === "") refuse(cursor.offset, "a tag without a name");
  return uri;
}

/** The octets of one character, each as `%` and two hexadecimal digits. */
function scanEscapes(cursor: YamlCursor, refuse: Refuse): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    const [percent, high, low] = [cursor.peek(), cursor.peek(1), cursor.peek(2)];
    if (!/^%[0-9a-f]{2}$/i.test(percent + high + low)) {
      refuse(cursor.offset, `"%" without two hexadecimal digits in a tag`);
    }
    const octet = Number.parseInt(high + low, 16);
    if (octets.length === 0) width = widthOf(octet);
    if (octets.length === 0 ? width === 0 : (octet & 0xc0) !== 0x80) {
      refuse(cursor.offset, "bytes that are not UTF-8 in a tag");
    }
    octets.push(octet);
    cursor.skip(3);
  }
  return new TextDecoder().decode(new Uint8Array(octets));
}

/** How many octets a character has that begins with this one, 0 for none. */
function widthOf(octet: number): number {
  if (octet < 0x80) return 1;
  if (octet < 0xc0) return 0;
  return octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : octet < 0xf8 ? 4 : 0;
}

/** `%YAML 1.1` or `%TAG !handle! prefix`, with its line break. */
export function scanDirective(cursor: YamlCursor, refuse: Refuse): YamlToken {
  const { offset } = cursor;
  cursor.skip();
  const name = cursor.readWhile(isWord);
  if (name !== "YAML" && name !== "TAG" || !isBlankOrEnd(cursor.peek())) {
    refuse(offset, `a directive that is neither %YAML nor %TAG, remove it`);
  }
  cursor.skipBlanks();
  const token = name === "YAML" ? scanVersion(cursor, refuse) : scanPrefix(cursor, refuse);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!isBreakOrEnd(cursor.peek())) refuse(cursor.offset, "text behind a directive, remove it");
  cursor.readBreak();
  return { ...token, offset };
}

function scanVersion(cursor: YamlCursor, refuse: Refuse): YamlToken {
  const { offset } = cursor;
  const version = cursor.readWhile((character) => /[0-9.]/.test(character));
  const [, major, minor] = /^([0-9]{1,2})\.([0-9]{1,2})$/.exec(version) ??
    refuse(offset, "%YAML without a version such as 1.1");
  return { type: "version", offset, isKnown: Number(major) === 1 && Number(minor) === 1 };
}

function scanPrefix(cursor: YamlCursor, refuse: Refuse): YamlToken {
  const { offset } = cursor;
  if (cursor.peek() !== "!") refuse(offset, `%TAG without a handle such as "!x!"`);
  const handle = scanHandle(cursor);
  if (!/^!(?:.*!)?$/.test(handle) || !isBlank(cursor.peek())) {
    refuse(offset, `%TAG without a handle such as "!x!"`);
  }
  cursor.skipBlanks();
  const prefix = requireUri(cursor, refuse);
  if (!isBlankOrEnd(cursor.peek())) refuse(cursor.offset, "%TAG has a prefix that is no address");
  return { type: "prefix", offset, handle, prefix };
}
