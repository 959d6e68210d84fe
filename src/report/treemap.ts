/** Something with a size, and what it consists of. */
export interface Weighed {
  readonly name: string;
  readonly size: number;
  readonly parts: readonly Weighed[];
}

/** Where a part lies. */
export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly item: Weighed;
}

/** The place that tiles are laid into. */
export type Rectangle = Omit<Tile, "item">;

/**
 * Rectangles whose areas are in the ratio of the sizes, as near to squares as a greedy choice makes
 * them: rows are filled along the shorter side while that makes their tiles squarer.
 * https://www.win.tue.nl/~vanwijk/stm.pdf
 */
export function layTiles(items: readonly Weighed[], place: Rectangle): readonly Tile[] {
  const sorted = items.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size);
  const total = sorted.reduce((sum, { size }) => sum + size, 0);
  const scale = total === 0 ? 0 : (place.width * place.height) / total;
  const tiles: Tile[] = [];
  let left = place;
  for (let i = 0; i < sorted.length;) {
    const short = Math.min(left.width, left.height);
    let end = i + 1;
    let sum = sorted[i]!.size;
    let worst = ratio(sorted.slice(i, end), { sum, scale, short });
    for (; end < sorted.length; end++) {
      const next = ratio(sorted.slice(i, end + 1), { sum: sum + sorted[end]!.size, scale, short });
      if (next > worst) break;
      worst = next;
      sum += sorted[end]!.size;
    }
    const row = sorted.slice(i, end);
    tiles.push(
      ...layRow(row, { place: left, depth: short === 0 ? 0 : (sum * scale) / short, sum }),
    );
    left = without(left, short === 0 ? 0 : (sum * scale) / short);
    i = end;
  }
  return tiles;
}

interface Row {
  readonly sum: number;
  readonly scale: number;
  readonly short: number;
}

/** How far the least square tile of a row is from a square: 1 is one. */
function ratio(row: readonly Weighed[], { sum, scale, short }: Row): number {
  const area = sum * scale;
  const [largest, smallest] = [row[0]!.size * scale, row.at(-1)!.size * scale];
  return Math.max((short ** 2 * largest) / area ** 2, area ** 2 / (short ** 2 * smallest));
}

function layRow(
  row: readonly Weighed[],
  { place, depth, sum }: {
    readonly place: Rectangle;
    readonly depth: number;
    readonly sum: number;
  },
): readonly Tile[] {
  const isWide = place.width >= place.height;
  const length = isWide ? place.height : place.width;
  let at = 0;
  return row.map((item) => {
    const extent = (item.size / sum) * length;
    const tile: Tile = isWide
      ? { x: place.x, y: place.y + at, width: depth, height: extent, item }
      : { x: place.x + at, y: place.y, width: extent, height: depth, item };
    at += extent;
    return tile;
  });
}

function without({ x, y, width, height }: Rectangle, depth: number): Rectangle {
  return width >= height
    ? { x: x + depth, y, width: width - depth, height }
    : { x, y: y + depth, width, height: height - depth };
}
