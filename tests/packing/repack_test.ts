import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { beginsWith, repack } from "../../src/packing/repack.ts";

const MIB = 1024 * 1024;
const bytes = (text: string) => new TextEncoder().encode(text);

/** 3.5 MiB of lines, behind a beginning of its own. */
const lines = Array.from({ length: 3.5 * MIB / 16 }, (_, i) => `${i}`.padEnd(15) + "\n").join("");
const packed = gzipSync(`old\n${lines}`);

for (const [name, beginning] of [["longer", "a new beginning\n"], ["missing", ""]] as const) {
  Deno.test(`repack() puts another beginning before the content, a ${name} one`, () => {
    const made = repack({
      type: "repacked",
      path: "file",
      packed,
      skipped: 4,
      beginning: bytes(beginning),
      level: 5,
    });
    assert.equal(gunzipSync(made).toString(), beginning + lines);
    assert.ok(made.length < 1.02 * gzipSync(beginning + lines, { level: 5 }).length);
  });
}

Deno.test("repack() leaves out more than is read at once, and all there is", () => {
  const file = {
    type: "repacked",
    path: "file",
    packed,
    beginning: bytes("new"),
    level: 1,
  } as const;
  const most = 4 + lines.length - 16;
  assert.equal(
    gunzipSync(repack({ ...file, skipped: most })).toString(),
    `new${lines.slice(-16)}`,
  );
  assert.equal(gunzipSync(repack({ ...file, skipped: 4 + lines.length })).toString(), "new");
});

Deno.test("repack() refuses what is not whole gzip", () => {
  const file = { type: "repacked", path: "file", beginning: bytes("new"), level: 1 } as const;
  for (const wrong of [packed.subarray(0, -100), bytes("other"), new Uint8Array()]) {
    assert.throws(() => repack({ ...file, packed: wrong, skipped: 0 }));
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
