import { messageOf } from "../failure/mod.ts";
import { quote } from "./quote.ts";
import { splitWords } from "./words.ts";

/** How a task is started: exactly one of the three, as in robot.yaml. */
export type TaskDefinition =
  | { readonly robotTaskName: string }
  | { readonly shell: string }
  | { readonly command: readonly string[] };

/** One entry of `tasks`. */
export interface Task {
  readonly name: string;
  readonly definition: TaskDefinition;
}

/**
 * The tasks that `--task` could mean to rcc: the one of that name, or else all whose names differ
 * in case and outer white space only. Of several, rcc takes any.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/robot/robot.go (`TaskByName`)
 */
export function findTasks(tasks: readonly Task[], asked: string): readonly Task[] {
  const key = asked.replace(/^[\t\r\n"' ]+|[\t\r\n"' ]+$/g, "");
  const exact = tasks.find(({ name }) => name === key);
  if (exact !== undefined) return [exact];
  return tasks.filter(({ name }) => lowerCase(name.trim()) === lowerCase(key));
}

/** Letter by letter like Go, where JavaScript treats a final sigma by its place. */
function lowerCase(text: string): string {
  return Array.from(text, (letter) => letter.toLowerCase()).join("");
}

/**
 * The words that rcc executes for a task, directly and without a shell in between.
 *
 * @throws {SyntaxError} when the definition names no program.
 */
export function taskWords(
  definition: TaskDefinition,
  { artifactsDir }: { readonly artifactsDir: string },
): readonly string[] {
  if ("robotTaskName" in definition) return robotFrameworkWords(definition, artifactsDir);
  return withProgram("shell" in definition ? splitWords(definition.shell) : definition.command);
}

/**
 * Why a task cannot be run, undefined when it can be. rcc accepts a robot.yaml with such tasks, and
 * none of its others minds.
 */
export function taskFault({ definition }: Task): string | undefined {
  return faultOf(() => taskWords(definition, { artifactsDir: "" }));
}

/** Why one of `preRunScripts` cannot be run, undefined when it can be. */
export function scriptFault(script: string): string | undefined {
  return faultOf(() => scriptWords(script));
}

/** The words of one of `preRunScripts`. @throws {SyntaxError} when it names no program. */
export function scriptWords(script: string): readonly string[] {
  return withProgram(splitWords(script));
}

function robotFrameworkWords(
  { robotTaskName }: { readonly robotTaskName: string },
  artifactsDir: string,
): readonly string[] {
  return [
    ...["python", "-m", "robot"],
    ...["--report", "NONE"],
    ...["--outputdir", artifactsDir],
    ...["--logtitle", "Task log"],
    ...["--task", robotTaskName],
    ".",
  ];
}

function faultOf(split: () => unknown): string | undefined {
  try {
    split();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function withProgram(words: readonly string[]): readonly string[] {
  if (words[0] === undefined) throw new SyntaxError("it has no word");
  if (words[0].trim() === "") throw new SyntaxError(`its first word is ${quote(words[0])}`);
  return words;
}
