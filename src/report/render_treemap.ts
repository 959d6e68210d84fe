import { formatBytes } from "./format.ts";
import { escapeHtml } from "./html.ts";
import { layTiles, type Rectangle, type Tile, type Weighed } from "./treemap.ts";

const WIDTH = 1100;
const HEIGHT = 620;
const TITLE = 16;
/** Smaller tiles are seen as one. */
const LEAST_AREA = 12;
/** Of a letter, on average. */
const LETTER = 6.2;

/** Hues of the parts, in the order of their sizes. */
const HUES = [212, 152, 28, 282, 350];

/** An image as nested tiles, in SVG; each says its name and size when it is pointed at. */
export function renderTreemap(image: Weighed): string {
  const place = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
  const tiles = layTiles(image.parts, place).map((tile, i) => renderPart(tile, HUES[i % 5]!));
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Sizes as areas">\n${
    tiles.join("\n")
  }\n</svg>`;
}

function renderPart(tile: Tile, hue: number): string {
  const inside = inner(tile);
  const groups = inside === undefined ? [] : layTiles(tile.item.parts, inside).filter(isSeen);
  return rect(tile, `hsl(${hue} 45% 32%)`, tile.item.name) + label(tile, "#fff") +
    groups.map((group) => renderGroup(group, hue, tile.item.name)).join("");
}

function renderGroup(tile: Tile, hue: number, part: string): string {
  const path = `${part}, ${tile.item.name}`;
  const inside = inner(tile);
  const leaves = inside === undefined ? [] : layTiles(tile.item.parts, inside).filter(isSeen);
  return rect(tile, `hsl(${hue} 45% 68%)`, path) + label(tile, "#000") +
    leaves.map((leaf) =>
      rect(leaf, `hsl(${hue} 55% 82%)`, `${path}, ${leaf.item.name}`) +
      label(withoutFolder(leaf), "#333")
    ).join("");
}

/** Tiles of files are small: the folder is told when they are pointed at. */
function withoutFolder(tile: Tile): Tile {
  return { ...tile, item: { ...tile.item, name: tile.item.name.split("/").at(-1)! } };
}

function isSeen({ width, height }: Tile): boolean {
  return width * height >= LEAST_AREA;
}

/** What is left below the title, where there is room for both. */
function inner({ x, y, width, height }: Rectangle): Rectangle | undefined {
  if (width < 8 || height < TITLE + 6) return undefined;
  return { x: x + 1, y: y + TITLE, width: width - 2, height: height - TITLE - 1 };
}

function rect({ x, y, width, height, item }: Tile, fill: string, title: string): string {
  const box = [["x", x], ["y", y], ["width", width], ["height", height]] as const;
  const attributes = box.map(([name, value]) => `${name}="${value.toFixed(1)}"`).join(" ");
  return `<rect ${attributes} fill="${fill}" stroke="#fff" stroke-width=".5"><title>${
    escapeHtml(`${title}: ${formatBytes(item.size)}`)
  }</title></rect>`;
}

/** As much of the name as fits, and the size where that does too. */
function label({ x, y, width, height, item }: Tile, fill: string): string {
  const letters = Math.floor((width - 6) / LETTER);
  if (height < TITLE || letters < 4) return "";
  const long = `${item.name} ${formatBytes(item.size)}`;
  const text = long.length <= letters
    ? long
    : item.name.length <= letters
    ? item.name
    : `${item.name.slice(0, letters - 1)}…`;
  return `<text x="${(x + 3).toFixed(1)}" y="${
    (y + 12).toFixed(1)
  }" fill="${fill}" pointer-events="none">${escapeHtml(text)}</text>`;
}
