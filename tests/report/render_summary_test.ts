import assert from "node:assert/strict";
import fc from "fast-check";
import type { BuildSummary } from "../../src/report/mod.ts";
import { lineText } from "../../src/report/line.ts";
import { renderChart, renderSummary, type SummaryLook } from "../../src/report/render_summary.ts";
import { widthOf } from "../../src/report/width.ts";
import { SUMMARY } from "./summaries.ts";

const PHASES = [
  { title: "Validating robot", ms: 87 },
  { title: "Reading environment", ms: 310 },
  { title: "Reading base image", ms: 1200 },
  { title: "Layering", ms: 740 },
  { title: "Assembling image", ms: 12 },
  { title: "Saving", ms: 940 },
];

function shown(look: Partial<SummaryLook>, given: Partial<BuildSummary> = {}): string {
  const options = { columns: 80, unicode: true, ...look, phases: PHASES, totalMs: 3290 };
  return renderSummary({ ...SUMMARY, ...given }, options)
    .map((line) => lineText(line).trimEnd())
    .join("\n");
}

Deno.test("renderSummary() on 80 columns says what was made, of what, and what to do with it", () => {
  assert.equal(
    shown({ columns: 80 }),
    [
      "Build complete!",
      "Digest: sha256:abababababababababababababababababababababababababababababababab",
      "",
      "Image   acme-bot:20260131-120000",
      "Made    from a private library",
      "Saved   image.tar",
      "Size    229 MB, 1.4 GB unpacked",
      "        base         29.1 MB  ██████▏                                   cached",
      "        runtime       9.8 MB  ██▏",
      "        environment   190 MB  ████████████████████████████████████████  cached",
      "        robot        23.5 kB  ▏",
      "Time    3.3 s",
      "        Validating robot 87 ms, Reading environment 0.3 s,",
      "        Reading base image 1.2 s, Layering 0.7 s, Assembling image 12 ms,",
      "        Saving 0.9 s",
      `Note    "/root" of the base can be entered by the robot's user now`,
      "",
      "Load    docker load -i image.tar",
      "        podman load -i image.tar",
      "Run     install -d -m 777 output",
      `        docker run --rm -v "$PWD/output:/home/robot/app/output" acme-bot:20260131-120000`,
      "Push    skopeo copy oci-archive:image.tar docker://registry.example.com/acme-bot:20260131-120000",
    ].join("\n"),
  );
});

Deno.test("renderSummary() on 40 columns moves the chart to the left", () => {
  assert.equal(
    shown({ columns: 40 }),
    [
      "Build complete!",
      "Digest: sha256:abababababababababababababababababababababababababababababababab",
      "",
      "Image   acme-bot:20260131-120000",
      "Made    from a private library",
      "Saved   image.tar",
      "Size    229 MB, 1.4 GB unpacked",
      "  base         29.1 MB  █▏       cached",
      "  runtime       9.8 MB  ▍",
      "  environment   190 MB  ███████  cached",
      "  robot        23.5 kB  ▏",
      "Time    3.3 s",
      "        Validating robot 87 ms,",
      "        Reading environment 0.3 s,",
      "        Reading base image 1.2 s,",
      "        Layering 0.7 s,",
      "        Assembling image 12 ms,",
      "        Saving 0.9 s",
      `Note    "/root" of the base can be entered by the robot's user now`,
      "",
      "Load    docker load -i image.tar",
      "        podman load -i image.tar",
      "Run     install -d -m 777 output",
      `        docker run --rm -v "$PWD/output:/home/robot/app/output" acme-bot:20260131-120000`,
      "Push    skopeo copy oci-archive:image.tar docker://registry.example.com/acme-bot:20260131-120000",
    ].join("\n"),
  );
});

Deno.test("renderSummary() without Unicode draws with ASCII", () => {
  const text = shown({ unicode: false });
  assert.match(text, /^ {8}environment +190 MB {2}#{20,} {2}cached$/m);
  assert.match(text, /^[ -~\n]*$/);
});

Deno.test("renderSummary() says what the image is built on", () => {
  const base = `docker.io/library/debian:stable-slim@${SUMMARY.digest}`;
  assert.match(shown({}, { base }), /^Base {4}debian:stable-slim@sha256:[0-9a-f]{64}\nMade/m);
});

Deno.test("renderSummary() ends with what was pushed, by its digest", () => {
  const outputs = ["ghcr.io/acme/bot:1", "docker.io/acme/bot:latest"]
    .map((where) => ({ kind: "push", where }) as const);
  assert.deepEqual(shown({ columns: 40 }, { outputs }).split("\n").slice(-3), [
    "",
    `ghcr.io/acme/bot:1@${SUMMARY.digest}`,
    `docker.io/acme/bot:latest@${SUMMARY.digest}`,
  ]);
});

Deno.test("renderSummary() says every place, and which task may be chosen", () => {
  const text = shown({}, {
    references: ["ghcr.io/acme/bot:1", "docker.io/acme/bot:latest"],
    outputs: [
      { kind: "archive", where: "a b.tar" },
      { kind: "layout", where: "out" },
      { kind: "push", where: "ghcr.io/acme/bot:1" },
      { kind: "push", where: "docker.io/acme/bot:latest" },
      { kind: "load", where: "podman" },
    ],
    needsTask: ["Run", "Check it"],
    start: "sealed",
    mode: "none",
  });
  assert.equal(
    text.slice(text.indexOf("Image"), text.indexOf("Size")),
    [
      "Image   ghcr.io/acme/bot:1",
      "        acme/bot:latest",
      "Made    sealed, without an environment",
      "Saved   a b.tar",
      "Layout  out",
      "Pushed  ghcr.io/acme/bot:1",
      "        docker.io/acme/bot:latest",
      "Loaded  into podman",
      "",
    ].join("\n"),
  );
  assert.match(text, / --task Run\n {8}\(one task of "Run", "Check it"\)$/m);
});

Deno.test("renderSummary() claims no unpacked size while a part of it is unknown", () => {
  const parts = [...SUMMARY.parts, { name: "more", size: 1, fromCache: false }];
  assert.match(shown({}, { parts }), /^Size {4}229 MB$/m);
});

Deno.test("renderSummary() lets nothing from outside be more than its text", () => {
  const odd = "x\x1b[31m";
  const text = shown({}, {
    parts: [{ name: odd, size: 1, fromCache: false }],
    needsTask: [odd, odd],
  });
  assert.match(text, /^ {8}x\\u\{1b\}\[31m +1 B/m);
  assert.match(text, /one task of "x\\u\{1b\}\[31m"/);
});

Deno.test("renderChart() is never as wide as the terminal", () => {
  const parts = fc.array(fc.record({
    name: fc.string({ unit: "grapheme" }),
    size: fc.maxSafeNat(),
    fromCache: fc.boolean(),
  }));
  const looks = fc.record({ columns: fc.integer({ min: 48, max: 250 }), unicode: fc.boolean() });
  fc.assert(fc.property(parts, looks, (given, look) => {
    for (const line of renderChart(given, look)) {
      assert.ok(widthOf(lineText(line)) < look.columns, lineText(line));
    }
  }));
});
