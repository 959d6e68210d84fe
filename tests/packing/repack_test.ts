import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { beginsWith, repack, repackRest } from "../../src/packing/repack.ts";

const MIB = 1024 * 1024;
const bytes = (text: string) => new TextEncoder().encode(text);

/** 18 MiB of lines, more than two members, behind a beginning of its own. */
const lines = Array.from({ length: 18 * MIB / 16 }, (_, i) => `${i}`.padEnd(15) + "\n").join("");
const packed = gzipSync(`old\n${lines}`, { level: 1 });
const file = { type: "repacked", path: "file", packed, skipped: 4, level: 1 } as const;

for (const [name, beginning] of [["longer", "a new beginning\n"], ["missing", ""]] as const) {
  Deno.test(`repack() puts another beginning before the content, a ${name} one`, () => {
    const made = repack({ ...file, beginning: bytes(beginning) });
    assert.equal(gunzipSync(made).toString() === beginning + lines, true);
    assert.ok(made.length < 1.01 * packed.length);
    const rest = repackRest(packed, file.level);
    const nothing = new Uint8Array();
    const ahead = repack({ ...file, packed: nothing, beginning: bytes(beginning), rest });
    assert.equal(gunzipSync(ahead).equals(gunzipSync(made)), true);
  });
}

Deno.test("repack() leaves out no more than 64 KiB, and no more than there is", () => {
  const beginning = bytes("new");
  const most = 64 * 1024;
  const made = repack({ ...file, beginning, skipped: most });
  assert.equal(gunzipSync(made).toString() === `new${lines.slice(most - 4)}`, true);
  assert.throws(() => repack({ ...file, beginning, skipped: most + 1 }), RangeError);
  const short = { ...file, packed: gzipSync("old\n"), beginning };
  assert.equal(gunzipSync(repack(short)).toString(), "new");
  assert.throws(() => repack({ ...short, skipped: 5 }), RangeError);
});

Deno.test("repack() refuses what is not whole gzip", () => {
  for (const wrong of [packed.subarray(0, -100), bytes("other"), new Uint8Array()]) {
    assert.throws(() => repack({ ...file, packed: wrong, beginning: bytes("new") }));
  }
});

Deno.test("beginsWith() compares the beginning of what is packed", () => {
  for (const same of ["", "old\n", `old\n${lines}`]) {
    assert.equal(beginsWith(packed, bytes(same)), true);
  }
  for (const other of ["new\n", "old\n1", `old\n${lines}more`]) {
    assert.equal(beginsWith(packed, bytes(other)), false);
  }
});
