/** Downloads an rcc as a process of its own, into the folder that is named, and prints where it is. */
import process from "node:process";
import { downloadRcc } from "../../src/rcc/download.ts";

const [cacheFolder = "", version = ""] = process.argv.slice(2);
const { path } = await downloadRcc(version, { cacheFolder, env: process.env });
Deno.stdout.writeSync(new TextEncoder().encode(path));
