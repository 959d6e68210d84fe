import { readFile } from "node:fs/promises";
import type { RobotCode } from "../bytecode/mod.ts";
import { type Robot, type RobotListing, taskWords } from "../robot/mod.ts";

const LARGEST_TEXT = 4 * 1024 * 1024;

/** What a robot's own files say of what it imports. */
export async function robotCode(robot: Robot, { entries }: RobotListing): Promise<RobotCode> {
  const modules: string[] = [];
  const begins: string[] = [];
  const programs: string[] = [];
  for (const entry of entries) {
    if (entry.type !== "file" || entry.size > LARGEST_TEXT) continue;
    const isPython = entry.path.endsWith(".py");
    const isSuite = /\.(?:robot|resource)$/.test(entry.path);
    if (!isPython && !isSuite) continue;
    const text = await readFile(entry.absolute, "utf8").catch(() => "");
    if (isPython) modules.push(text);
    else begins.push(...[...text.matchAll(LIBRARY)].map(([, name]) => name!));
  }
  for (const { definition } of robot.tasks) {
    const words = wordsOf(definition);
    programs.push(...words.slice(0, 1));
    const at = words.indexOf("-m");
    const module = at < 0 ? undefined : words[at + 1];
    if (module !== undefined) begins.push(module, `${module}.__main__`);
  }
  return { modules, begins, programs };
}

/** In a suite of Robot Framework. */
const LIBRARY = /^\|?[ \t]*Library[ \t|]+([\w.]+)/gmi;

function wordsOf(definition: Robot["tasks"][number]["definition"]): readonly string[] {
  try {
    return taskWords(definition, { artifactsDir: "" });
  } catch {
    return []; // It names no program, which is said elsewhere.
  }
}
