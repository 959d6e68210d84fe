/**
 * What is a secret by its form, whoever's it is. Each form demands all that its own grammar has:
 * texts that are packed, links and examples are full of what only begins like one.
 */
import { isPlaceholder } from "./addresses.ts";

/** Something that has the form of a secret. */
export interface PatternMatch {
  /** In words that follow "found". */
  readonly kind: string;
  /** In the text that was searched. */
  readonly index: number;
}

/** Options of {@linkcode secretPatterns}. */
export interface PatternOptions {
  /**
   * Whether package managers wrote the text: every address in it is that of a channel or an index.
   * Elsewhere `/t/` is a part of many addresses.
   */
  readonly isRecord: boolean;
}

/** All that has the form of a secret in a text. */
export function* secretPatterns(text: string, options: PatternOptions): Generator<PatternMatch> {
  if (text.includes("://")) {
    yield* matches(text, { kind: PASSWORD, pattern: CREDENTIALS, isMeant: isPassword });
    const isMeant = (match: RegExpExecArray) => isChannelToken(match, options);
    yield* matches(text, { kind: TOKEN, pattern: CHANNEL_TOKEN, isMeant });
  }
  for (const [owner, pattern] of TOKENS) {
    const isMeant = ([token]: RegExpExecArray) => !token.endsWith("EXAMPLE");
    yield* matches(text, { kind: `a token of ${owner}`, pattern, isMeant });
  }
  yield* matches(text, { kind: "a private key", pattern: PRIVATE_KEY, isMeant: () => true });
}

interface Form {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly isMeant: (match: RegExpExecArray) => boolean;
}

function* matches(text: string, { kind, pattern, isMeant }: Form): Generator<PatternMatch> {
  for (const match of text.matchAll(pattern)) {
    if (isMeant(match)) yield { kind, index: match.index };
  }
}

const PASSWORD = "a name and a password in an address (user:password@)";
const TOKEN = "a token in an address (/t/<token>/)";

/** Of addresses that programs log in at. */
const SCHEME = "(?:https?|ftps?|sftp|ssh|git|svn|wss?|ldaps?|smtps?|imaps?|amqps?|rediss?|mqtts?|" +
  "nats|mongodb|mysql|mariadb|postgres(?:ql)?|mssql|sqlserver|oracle|clickhouse|socks[45]h?)";
const HOST = "(?:\\[[0-9a-f:.]+\\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|(?=[${%]))";
const END = "(?=[/?#\\s\"'`<>()\\[\\]{},;\\\\$%]|$)";
/** Scheme, user, password and host are captured. */
const CREDENTIALS = new RegExp(
  `(?<![a-z0-9])(${SCHEME})(?:\\+[a-z0-9]+)*://([^\\s/"'\`<>\\\\@:]{0,100}):` +
    `([^\\s/"'\`<>\\\\]{1,200})@(${HOST})(?::[0-9]{1,5})?${END}`,
  "gi",
);

/** Passwords of databases on a developer's own machine, which everybody knows. */
const DEVELOPMENT: ReadonlySet<string> = new Set(
  [
    "admin",
    "changeit",
    "changeme",
    "default",
    "dev",
    "example",
    "guest",
    "minioadmin",
    "root",
    "test",
  ],
);
/** https://www.rfc-editor.org/rfc/rfc2606#section-3 */
const EXAMPLE_HOST = /(?:^|\.)example(?:\.(?:com|org|net))?$/i;

function isPassword(
  [, scheme = "", user = "", password = "", host = ""]: RegExpExecArray,
): boolean {
  const isNamed = user !== "" || /^redis/i.test(scheme);
  const word = password.toLowerCase();
  const isKnown = word === user.toLowerCase() || DEVELOPMENT.has(word);
  return isNamed && !isKnown && !isPlaceholder(password) && !EXAMPLE_HOST.test(host);
}

/**
 * Host, token and what follows are captured. Packages come from there by
 * `https://conda.anaconda.org/t/<token>/<channel>/noarch`.
 */
const CHANNEL_TOKEN =
  /https?:\/\/([^\s/"'<>\\]+)(?:\/[^\s/"'<>\\]+)*?\/t\/([\w-]{8,100})(?=\/)([^\s"'<>\\]*)/gi;
/** As anaconda.org makes them. */
const ANACONDA_TOKEN = /^[a-z]{2}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A forum's topics have addresses of the same form, and end in a number. */
const TOPIC = /^\/[0-9]+(?:[/?#.,;:)\]]|$)/;

function isChannelToken(
  [, host = "", token = "", rest = ""]: RegExpExecArray,
  { isRecord }: PatternOptions,
): boolean {
  if (isPlaceholder(token) || !/[0-9]/.test(token) || TOPIC.test(rest)) return false;
  return isRecord || /conda/i.test(host) || ANACONDA_TOKEN.test(token);
}

/** Tokens that say whose they are. */
const TOKENS: readonly (readonly [owner: string, pattern: RegExp])[] = [
  ["GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/g],
  ["GitLab", /\bglpat-[\w-]{20}\b/g],
  ["AWS", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g],
  ["Slack", /\bxox[abeoprs]-[0-9]{8,}-[\w-]{10,}/g],
  ["PyPI", /\bpypi-AgE[\w-]{50,}/g],
  ["npm", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["Google", /\bAIza[\w-]{35}\b/g],
  ["Stripe", /\b[rs]k_live_[A-Za-z0-9]{24,}/g],
];

/** With the beginning of the key itself: texts about keys have the first line alone. */
const PRIVATE_KEY = new RegExp(
  "-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\\\[rn]|\\s)*" +
    "(?:[A-Z][\\w-]*: [^\\n]*\\n\\s*){0,5}[A-Za-z0-9+/]{32}" +
    "|(?<![^\\n])PuTTY-User-Key-File-[0-9]: ",
  "g",
);
