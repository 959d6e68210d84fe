import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { terminalSvg } from "../../scripts/docs/terminal_svg.ts";
import { ROOT } from "./pages.ts";

/** What a picture's texts say, line by line. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, line]) =>
    line!.replace(/<[^>]+>/g, "").replaceAll("\u00a0", " ")
  );
}

Deno.test("terminalSvg() has the text, each look at its column", () => {
  const svg = terminalSvg("a \u001b[1;36mb<c\u001b[0m d\n\n", { columns: 10, title: "A & B" });
  assert.deepEqual(textsOf(svg), ["a b&lt;c d"]);
  assert.match(svg, /<title>A &amp; B<\/title>/);
  assert.match(
    svg,
    /<tspan x="32\.8" textLength="25\.2" fill="#39c5cf" font-weight="bold">b&lt;c</,
  );
  assert.match(svg, /<tspan x="58\.0" textLength="16\.8">\u00a0d</);
});

Deno.test("docs/session.svg shows a session with the messages that a build has", async () => {
  const lines = textsOf(await readFile(join(ROOT, "docs/session.svg"), "utf8"));
  assert.match(lines[0]!, /^\$ rcc-oci build /);
  for (const line of ["Validating robot... OK", "Build complete!", "Loaded  into docker"]) {
    assert.ok(lines.includes(line), line);
  }
  assert.doesNotMatch(lines.join("\n"), /\/tmp|\/work|\/root/);
});
