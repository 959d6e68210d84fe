/**
 * What a registry wants to be shown: https://www.rfc-editor.org/rfc/rfc9110#field.www-authenticate
 * and https://distribution.github.io/distribution/spec/auth/token/
 */
export type Challenge =
  | { readonly scheme: "basic" }
  | {
    readonly scheme: "bearer";
    /** Where tokens are given out. */
    readonly realm: URL;
    readonly service?: string;
    readonly scope?: string;
  };

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const SCHEME = new RegExp(`^(${TOKEN})(?:[ \\t]+|(?=,)|$)`);
/** What other schemes have in the place of parameters. */
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/;
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(${TOKEN}|${QUOTED})`);
const BETWEEN = /^[ \t]*(?:,[ \t]*)+/;

/**
 * Reads a `WWW-Authenticate` header. Of several challenges a Bearer one is taken before a Basic one;
 * `undefined` when there is neither.
 *
 * @throws {SyntaxError} when the header has not the form of the specification, or a Bearer challenge
 * names no web address to get tokens from.
 */
export function parseChallenge(header: string): Challenge | undefined {
  const challenges = parseChallenges(header);
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) {
    const { realm: text = "", service, scope } = bearer.parameters;
    const realm = URL.parse(text);
    if (realm === null || !/^https?:$/.test(realm.protocol)) {
      throw new SyntaxError(`expected a web address "realm" in a Bearer challenge`);
    }
    return {
      scheme: "bearer",
      realm,
      ...(service === undefined ? {} : { service }),
      ...(scope === undefined ? {} : { scope }),
    };
  }
  return challenges.some(({ scheme }) => scheme === "basic") ? { scheme: "basic" } : undefined;
}

interface AnyChallenge {
  readonly scheme: string;
  readonly parameters: Record<string, string>;
}

function parseChallenges(header: string): readonly AnyChallenge[] {
  const challenges: AnyChallenge[] = [];
  let rest = header.trim();
  while (rest !== "") {
    const parameter = PARAMETER.exec(rest);
    const current = challenges.at(-1);
    if (parameter !== null && current !== undefined) {
      const name = parameter[1]!.toLowerCase();
      if (name in current.parameters) throw malformed(`"${name}" twice`);
      current.parameters[name] = unquote(parameter[2]!);
      rest = afterSeparator(rest.slice(parameter[0].length));
      continue;
    }
    const scheme = SCHEME.exec(rest);
    if (scheme === null || parameter !== null) throw malformed("something else");
    challenges.push({ scheme: scheme[1]!.toLowerCase(), parameters: Object.create(null) });
    rest = rest.slice(scheme[0].length);
    if (scheme[0].trim() !== scheme[0]) rest = rest.replace(TOKEN68, "");
    rest = rest.replace(BETWEEN, "");
  }
  return challenges;
}

function afterSeparator(rest: string): string {
  const between = BETWEEN.exec(rest);
  if (between === null && rest.trim() !== "") throw malformed("no comma between parameters");
  return between === null ? "" : rest.slice(between[0].length);
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}

function malformed(found: string): SyntaxError {
  return new SyntaxError(
    `expected challenges such as Bearer realm="…",service="…", found ${found}`,
  );
}
