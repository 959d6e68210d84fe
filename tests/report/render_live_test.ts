import assert from "node:assert/strict";
import fc from "fast-check";
import { lineText } from "../../src/report/line.ts";
import type { PhaseProgress, TaskProgress } from "../../src/report/progress.ts";
import { type LiveLook, renderLive } from "../../src/report/render_live.ts";
import { widthOf } from "../../src/report/width.ts";

const PULLING: PhaseProgress = {
  title: "Pulling debian:stable-slim",
  elapsedMs: 4200,
  ended: { tasks: 1, bytes: 3_000_000 },
  tasks: [
    { label: "layer 8a1c", done: 29e6, total: 29.1e6, rate: 8.1e6, elapsedMs: 4000 },
    { label: "environment", done: 45.6e6, total: 1.3e9, rate: 12.3e6, elapsedMs: 4100 },
    { label: "robot with a long name", done: 0, total: 512, rate: 0, elapsedMs: 0 },
    { label: "index", done: 1234, rate: 400, elapsedMs: 1234 },
  ],
};

const READING: PhaseProgress = {
  title: "Reading environment",
  elapsedMs: 63_400,
  ended: { tasks: 0, bytes: 0 },
  tasks: [],
};

function shown(look: Partial<LiveLook>, phases = [PULLING, READING]): string {
  return renderLive(phases, { columns: 80, rows: 24, unicode: true, ...look }).map(lineText)
    .join("\n");
}

function lines(...texts: readonly string[]): string {
  return texts.join("\n");
}

Deno.test("renderLive() on 80 columns shows label, bar, share, bytes, rate and time left", () => {
  assert.equal(
    shown({ columns: 80 }),
    lines(
      "layer 8a1c        █████████████▉   99%  29.0 MB/29.1 MB   8.1 MB/s  1 s left",
      "environment       ▍░░░░░░░░░░░░░    3%   45.6 MB/1.3 GB  12.3 MB/s  2 min left",
      "robot with a lo…  ░░░░░░░░░░░░░░    0%        0 B/512 B",
      "index             ░░░░░░░░░░███░                 1.2 kB    400 B/s",
      "Reading environment...  1 min 3 s",
    ),
  );
});

Deno.test("renderLive() on 40 columns keeps label, bar, share and time left", () => {
  assert.equal(
    shown({ columns: 40 }),
    lines(
      "layer 8a1c  ███████▉   99%  1 s left",
      "environme…  ▎░░░░░░░    3%  2 min left",
      "robot wit…  ░░░░░░░░    0%",
      "index       ░░███░░░        1.2 kB",
      "Reading environment...  1 min 3 s",
    ),
  );
});

Deno.test("renderLive() on 200 columns ends where bars are long enough", () => {
  assert.equal(
    shown({ columns: 200 }),
    lines(
      "layer 8a1c              ███████████████████████████████████████▊   99%  29.0 MB/29.1 MB   8.1 MB/s  1 s left",
      "environment             █▍░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    3%   45.6 MB/1.3 GB  12.3 MB/s  2 min left",
      "robot with a long name  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0%        0 B/512 B",
      "index                   ░░░░░░░░░░░░███░░░░░░░░░░░░░░░░░░░░░░░░░                 1.2 kB    400 B/s",
      "Reading environment...  1 min 3 s",
    ),
  );
});

Deno.test("renderLive() without Unicode draws with ASCII", () => {
  const text = shown({ columns: 80, unicode: false });
  assert.equal(
    text,
    lines(
      "layer 8a1c        [###########-]   99%  29.0 MB/29.1 MB   8.1 MB/s  1 s left",
      "environment       [------------]    3%   45.6 MB/1.3 GB  12.3 MB/s  2 min left",
      "robot with a ...  [------------]    0%        0 B/512 B",
      "index             [------###---]                 1.2 kB    400 B/s",
      "Reading environment...  1 min 3 s",
    ),
  );
  assert.match(text, /^[ -~\n]*$/);
});

Deno.test("renderLive() on 12 columns names what runs", () => {
  assert.equal(
    shown({ columns: 12 }),
    lines(
      "layer 8a1c",
      "environment",
      "robot with…",
      "index",
      "Reading en…",
    ),
  );
});

Deno.test("renderLive() on a low terminal counts what it cannot show", () => {
  assert.equal(
    shown({ rows: 3 }),
    lines(
      "layer 8a1c        █████████████▉   99%  29.0 MB/29.1 MB   8.1 MB/s  1 s left",
      "and 4 more",
    ),
  );
  assert.equal(shown({ rows: 1 }), "and 5 more");
});

Deno.test("renderLive() shows the title alone during the first second", () => {
  assert.equal(shown({}, [{ ...READING, elapsedMs: 999 }]), "Reading environment...");
  assert.equal(shown({}, [{ ...READING, elapsedMs: 1999 }]), "Reading environment...  1 s");
});

Deno.test("renderLive() shows nothing for nothing", () => {
  assert.deepEqual(renderLive([], { columns: 80, rows: 24, unicode: true }), []);
});

Deno.test("renderLive() is full and 100% only at the end, and no more behind it", () => {
  const at = (done: number, total: number) =>
    shown({}, [{ ...PULLING, tasks: [{ label: "x", done, total, rate: 0, elapsedMs: 5000 }] }]);
  assert.match(at(999_999, 1_000_000), / 99% /);
  assert.match(at(1_000_000, 1_000_000), /█ +100% /);
  assert.match(at(2_000_000, 1_000_000), / 100% /);
  assert.match(at(0, 0), / 100% /);
});

const tasks: fc.Arbitrary<TaskProgress> = fc.record({
  label: fc.string({ unit: "grapheme", maxLength: 50 }),
  done: fc.double(),
  total: fc.double(),
  rate: fc.double(),
  elapsedMs: fc.nat(),
}, { requiredKeys: ["label", "done", "rate", "elapsedMs"] });

const phases: fc.Arbitrary<PhaseProgress> = fc.record({
  title: fc.string({ unit: "binary" }),
  elapsedMs: fc.nat(),
  ended: fc.constant({ tasks: 0, bytes: 0 }),
  tasks: fc.array(tasks, { maxLength: 5 }),
});

Deno.test("renderLive() is never as wide as the terminal, nor as high, whatever runs", () => {
  const looks = fc.record({
    columns: fc.integer({ min: 2, max: 250 }),
    rows: fc.integer({ min: 2, max: 60 }),
    unicode: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(phases, { maxLength: 5 }), looks, (running, look) => {
    const lines = renderLive(running, look);
    assert.ok(lines.length < look.rows);
    for (const line of lines) {
      assert.ok(widthOf(lineText(line)) < look.columns, lineText(line));
    }
  }));
});
