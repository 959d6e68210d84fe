import assert from "node:assert/strict";
import fc from "fast-check";
import { LiveRegion } from "../../src/report/live_region.ts";
import { Screen } from "./screen.ts";

Deno.test("LiveRegion draws lines, leaves the cursor at their start, and shows it again when cleared", () => {
  const region = new LiveRegion();
  assert.equal(region.draw(["a", "b"]), "\x1b[?25la\x1b[K\r\nb\x1b[J\x1b[1A\r");
  assert.equal(region.draw(["c"]), "c\x1b[J\r");
  assert.equal(region.draw([]), "\r\x1b[J\x1b[?25h");
});

Deno.test("LiveRegion writes nothing when nothing changes", () => {
  const region = new LiveRegion();
  assert.equal(region.clear(), "");
  region.draw(["a", "b"]);
  assert.equal(region.draw(["a", "b"]), "");
});

Deno.test("LiveRegion keeps what was printed above it, and shows exactly its own lines below", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", "█"), minLength: 1, maxLength: 70 });
  const step = fc.oneof(
    fc.record({ printed: line }),
    fc.record({ live: fc.array(line, { maxLength: 6 }) }),
  );
  fc.assert(fc.property(fc.array(step), (steps) => {
    const screen = new Screen({ columns: 80 });
    const region = new LiveRegion();
    const printed: string[] = [];
    let live: readonly string[] = [];
    for (const each of steps) {
      if ("live" in each) {
        live = each.live;
        screen.write(region.draw(live));
      } else {
        printed.push(each.printed);
        screen.write(`${region.clear()}${each.printed}\r\n${region.draw(live)}`);
      }
      assert.equal(screen.text, [...printed, ...live].join("\n"));
      assert.equal(screen.isCursorVisible, live.length === 0);
    }
  }));
});
