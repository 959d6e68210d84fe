/** The styles that a text can be written in. Double quotes are always possible. */
export interface AllowedStyles {
  readonly plain: boolean;
  readonly singleQuoted: boolean;
  readonly literal: boolean;
}

/**
 * Looks at a text as yaml.v2 does before it writes it in block context.
 * Source: https://github.com/go-yaml/yaml/blob/v2.4.0/emitterc.go (`yaml_emitter_analyze_scalar`)
 */
export function allowedStyles(characters: readonly string[]): AllowedStyles {
  const first = characters[0];
  const last = characters.at(-1);
  let hasIndicator = /^(---|\.\.\.)/.test(characters.slice(0, 3).join(""));
  let hasBreak = false;
  let hasSpecial = false;
  let breakThenSpace = false;
  let spaceThenBreak = false;
  characters.forEach((character, i) => {
    const previous = characters[i - 1];
    if (isIndicator(characters, i)) hasIndicator = true;
    if (!isGoPrintable(character)) hasSpecial = true;
    if (isGoBreak(character)) hasBreak = true;
    if (character === " " && isGoBreak(previous)) breakThenSpace = true;
    if (isGoBreak(character) && previous === " ") spaceThenBreak = true;
  });
  const isPadded = first === " " || last === " " || isGoBreak(first) || isGoBreak(last);
  return {
    plain: !hasIndicator && !hasBreak && !hasSpecial && !isPadded,
    singleQuoted: !breakThenSpace && !spaceThenBreak && !hasSpecial,
    literal: last !== " " && !spaceThenBreak && !hasSpecial,
  };
}

const INDICATORS = new Set("#,[]{}&*!|>'\"%@`");

/** Whether the character would mean something else than itself in a plain text. */
function isIndicator(characters: readonly string[], i: number): boolean {
  const character = characters[i]!;
  const next = characters[i + 1];
  const previous = characters[i - 1];
  const isBeforeBlank = next === undefined || next === " " || next === "\t";
  if (character === ":") return isBeforeBlank;
  if (i === 0) {
    return INDICATORS.has(character) || (character === "-" || character === "?") && isBeforeBlank;
  }
  return character === "#" &&
    (previous === " " || previous === "\t" || previous === "\0" || isGoBreak(previous));
}

/** Whether it stands for itself in any style. Characters beyond U+FFFF do not, by a quirk. */
export function isGoPrintable(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code === 0x0a || code >= 0x20 && code <= 0x7e || code >= 0xa0 && code <= 0xd7ff ||
    code >= 0xe000 && code <= 0xfffd && code !== 0xfeff;
}

const BREAKS = new Set(["\r", "\n", "\x85", "\u2028", "\u2029"]);

/** Whether YAML 1.1 takes it for the end of a line. */
export function isGoBreak(character: string | undefined): boolean {
  return character !== undefined && BREAKS.has(character);
}
