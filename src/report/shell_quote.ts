/**
 * A word for a POSIX shell, quoted only where it must be. Characters that a terminal would obey are
 * written as escapes in `$'…'`, which bash and zsh have had for long, and POSIX since 2024:
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_04
 */
export function shellQuote(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!ODD.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${word.replace(/['\\]/g, "\\$&").replace(EACH_ODD, asEscape)}'`;
}

const PLAIN = /^[\w@%+=:,./-]+$/;
const ODD = /[\p{C}\p{Zl}\p{Zp}]/u;
const EACH_ODD = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** As bytes of UTF-8, which no locale changes. */
function asEscape(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}
