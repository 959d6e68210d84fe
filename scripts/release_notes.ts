/** Prints what CHANGELOG.md says of the version. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { VERSION } from "../src/version.ts";
import { ROOT } from "./ship/project.ts";
import { releaseNotes } from "./ship/release_notes.ts";
import { say } from "./ship/say.ts";

say(releaseNotes(await readFile(join(ROOT, "CHANGELOG.md"), "utf8"), VERSION).trimEnd());
