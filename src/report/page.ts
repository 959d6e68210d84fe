import type { PageFacts } from "../inspect/mod.ts";
import { PROGRAM_NAME } from "../version.ts";
import { type Change, changesOf } from "./changes.ts";
import { formatBytes, formatCount } from "./format.ts";
import { escapeHtml } from "./html.ts";
import { renderTreemap } from "./render_treemap.ts";
import { weighFiles } from "./weigh_files.ts";

const MOST_FILES = 25;
const MOST_CHANGES = 200;

/** One HTML page without scripts that needs nothing else: no network, no other file. */
export function renderPage({ name, digest, platform, created, layers, files, other }: PageFacts) {
  const largest = files.toSorted((a, b) => b.size - a.size).slice(0, MOST_FILES);
  const packed = layers.reduce((sum, { size }) => sum + size, 0);
  const facts = [
    digest,
    platform,
    created,
    `${formatBytes(packed)} packed`,
    formatCount(files.length, "file"),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="${PROGRAM_NAME}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(name)}</h1>
<p>${facts.filter((fact) => fact !== undefined).map(escapeHtml).join(" · ")}</p>
<h2>By part, package and folder</h2>
${renderTreemap(weighFiles(files))}
<h2>Layers</h2>
${
    table(
      ["part", "packed", "unpacked", "made by"],
      layers.map(({ part, size, tarSize, createdBy }) => [
        part,
        formatBytes(size),
        tarSize === undefined ? "" : formatBytes(tarSize),
        createdBy ?? "",
      ]),
    )
  }
<h2>Largest files</h2>
${
    table(
      ["size", "part", "package", "path"],
      largest.map((
        file,
      ) => [formatBytes(file.size), file.part, file.package ?? "", `/${file.path}`]),
    )
  }
${other === undefined ? "" : comparison(changesOf(other.files, files), other.name)}
</body>
</html>
`;
}

function comparison(changes: readonly Change[], name: string): string {
  const shown = changes.slice(0, MOST_CHANGES);
  const sum = changes.reduce((sum, { before = 0, after = 0 }) => sum + after - before, 0);
  const sign = sum < 0 ? "−" : "+";
  const rest = changes.length - shown.length;
  return `<h2>What differs from ${escapeHtml(name)}</h2>
<p>${formatCount(changes.length, "file")}, ${sign}${formatBytes(Math.abs(sum))}${
    rest > 0 ? `; the ${shown.length} with the largest difference` : ""
  }</p>
${
    table(
      ["", "before", "after", "path"],
      shown.map(({ kind, before, after, path }) => [
        kind,
        before === undefined ? "" : formatBytes(before),
        after === undefined ? "" : formatBytes(after),
        `/${path}`,
      ]),
    )
  }`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>\n<thead>${row(titles, "th")}</thead>\n<tbody>\n${
    rows.map((cells) => row(cells, "td")).join("\n")
  }\n</tbody>\n</table>`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
td { white-space: nowrap; } td:last-child { white-space: normal; overflow-wrap: anywhere; }
`;
