/**
 * Makes docs/session.svg of what a terminal shows: `tmux capture-pane -e -p | deno run -A
 * scripts/session.ts`.
 */
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import process from "node:process";
import { terminalSvg } from "./docs/terminal_svg.ts";

const title = "A terminal: rcc-oci builds an image and loads it into docker, and docker runs it";
const svg = terminalSvg(await text(process.stdin), { columns: 100, title });
await writeFile(new URL("../docs/session.svg", import.meta.url), svg);
