import assert from "node:assert/strict";
import fc from "fast-check";
import { layTiles, type Weighed } from "../../src/report/treemap.ts";

const weighed = (size: number): Weighed => ({ name: `${size}`, size, parts: [] });
const PLACE = { x: 3, y: 5, width: 300, height: 200 };

Deno.test("layTiles() gives each item an area in the ratio of its size", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 }),
    (sizes) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const tiles = layTiles(sizes.map(weighed), PLACE);
      assert.equal(tiles.length, sizes.length);
      for (const { width, height, item } of tiles) {
        const expected = (item.size / total) * PLACE.width * PLACE.height;
        assert.ok(Math.abs(width * height - expected) < 1e-3, `${width} × ${height}: ${item.name}`);
      }
    },
  ));
});

Deno.test("layTiles() stays within its place", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 })), (sizes) => {
    for (const { x, y, width, height } of layTiles(sizes.map(weighed), PLACE)) {
      assert.ok(x >= PLACE.x - 1e-6 && x + width <= PLACE.x + PLACE.width + 1e-6);
      assert.ok(y >= PLACE.y - 1e-6 && y + height <= PLACE.y + PLACE.height + 1e-6);
    }
  }));
});

Deno.test("layTiles() leaves out what has no size", () => {
  assert.deepEqual(layTiles([weighed(0)], PLACE), []);
  assert.equal(layTiles([weighed(0), weighed(2)], PLACE).length, 1);
});
