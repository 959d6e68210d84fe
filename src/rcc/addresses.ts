/**
 * Credentials as they stand in addresses, whoever's they are. The token of a private channel is a
 * part of its path: https://docs.anaconda.com/anacondaorg/user-guide/packages/conda-packages/
 */

/** `user:password@` behind `://`, both parts captured. */
const CREDENTIALS = /:\/\/([^\s:/@"'<>\\]*):([^\s/"'<>\\]+)@/g;
/** What {@linkcode CREDENTIALS} finds, and a name alone, which may be a token too. */
const USER = /:\/\/[^\s/"'<>\\]+@/g;
const TOKEN = /(?<=\w)\/t\/([^\s/"'<>\\]{2,})(?=\/)/g;

/** The address without what is secret in it. */
export function hideCredentials(text: string): string {
  return text.replace(USER, "://***@").replace(TOKEN, "/t/***");
}

/** The names and passwords of all addresses in a text, as they are written there. */
export function addressCredentials(
  text: string,
): readonly { readonly user: string; readonly password: string }[] {
  return [...text.matchAll(CREDENTIALS)].map(([, user = "", password = ""]) => ({
    user,
    password,
  }));
}

/** Names that stand alone in addresses, as tokens do: `https://TOKEN@host/`. */
export function addressUsers(text: string): readonly string[] {
  return [...text.matchAll(USER)].map(([found]) => found.slice(3, -1))
    .filter((user) => !user.includes(":"));
}

/** The tokens in the paths of all addresses in a text. */
export function addressTokens(text: string): readonly string[] {
  return [...text.matchAll(TOKEN)].map(([, token = ""]) => token);
}

/**
 * Whether a password or token only shows where one belongs: `***`, `<token>`, `${PASSWORD}`,
 * `{token}`, `%s`, `password`, `your-token`.
 */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || /^your[-_]/i.test(text) || PLACEHOLDERS.has(text.toLowerCase());
}

const PLACEHOLDER =
  /^(?:[*xX.]+|<.*|%3[Cc].*|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Z_]+|\{[^}]*\}|%s|%\([^)]*\)s|%[A-Z_]+%)$/;
const PLACEHOLDERS: ReadonlySet<string> = new Set(
  ["pass", "passwd", "password", "pwd", "secret", "token", "mypassword", "yourpassword"],
);
