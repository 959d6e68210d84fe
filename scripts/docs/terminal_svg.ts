/** A terminal's text, with its colours as escape sequences (ECMA-48, SGR), as a picture. */

const COLORS: Readonly<Record<number, string>> = {
  30: "#484f58",
  31: "#ff7b72",
  32: "#3fb950",
  33: "#d29922",
  34: "#58a6ff",
  35: "#bc8cff",
  36: "#39c5cf",
  37: "#b1bac4",
  90: "#6e7681",
};
const FRONT = "#e6edf3";
const BACK = "#0d1117";

/** Of a character, and of what stands around the text. */
const WIDTH = 8.4;
const HEIGHT = 19;
const EDGE = 16;

/** What sets looks, with their numbers. */
const ESCAPE = new RegExp(`${String.fromCharCode(0x1b)}\\[([0-9;]*)m`);

/** Text of one look. */
interface Run {
  readonly text: string;
  readonly color: string;
  readonly isBold: boolean;
  readonly isFaint: boolean;
}

/** @param title What the picture shows, for those who do not see it. */
export function terminalSvg(
  text: string,
  { columns, title }: { readonly columns: number; readonly title: string },
): string {
  const lines = linesOf(text);
  const width = Math.ceil(columns * WIDTH + 2 * EDGE);
  const height = lines.length * HEIGHT + 2 * EDGE;
  const rows = lines.map((runs, i) =>
    `<text x="${EDGE}" y="${EDGE + (i + 1) * HEIGHT - 5}">${runsOf(runs)}</text>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACK}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" ` +
    `font-size="14" fill="${FRONT}">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Each run has a place of its own, so that no font can shift what follows. */
function runsOf(runs: readonly Run[]): string {
  let column = 0;
  return runs.map(({ text, color, isBold, isFaint }) => {
    const look = [
      `x="${(EDGE + column * WIDTH).toFixed(1)}" textLength="${(text.length * WIDTH).toFixed(1)}"`,
      color === FRONT ? "" : ` fill="${color}"`,
      isBold ? ' font-weight="bold"' : "",
      isFaint ? ' opacity="0.6"' : "",
    ].join("");
    column += text.length;
    return `<tspan ${look}>${spaced(text)}</tspan>`;
  }).join("");
}

function linesOf(text: string): readonly (readonly Run[])[] {
  let look = { color: FRONT, isBold: false, isFaint: false };
  return text.trimEnd().split("\n").map((line) => {
    const runs: Run[] = [];
    for (const [at, part] of line.split(ESCAPE).entries()) {
      const codes = at % 2 === 1 ? part : undefined;
      if (codes === undefined) {
        if (part !== "") runs.push({ ...look, text: part });
        continue;
      }
      for (const code of codes.split(";").map(Number)) {
        if (code === 0) look = { color: FRONT, isBold: false, isFaint: false };
        else if (code === 1) look = { ...look, isBold: true };
        else if (code === 2) look = { ...look, isFaint: true };
        else if (code === 22) look = { ...look, isBold: false, isFaint: false };
        else if (code === 39) look = { ...look, color: FRONT };
        else look = { ...look, color: COLORS[code] ?? look.color };
      }
    }
    return runs;
  });
}

/** Spaces of one width each, which nothing draws together. */
function spaced(text: string): string {
  return escape(text).replaceAll(" ", "\u00a0");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
