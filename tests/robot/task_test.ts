import assert from "node:assert/strict";
import { findTasks, scriptWords, type Task, taskWords } from "../../src/robot/task.ts";

const tasksOf = (...names: string[]): readonly Task[] =>
  names.map((name) => ({ name, definition: { shell: "x" } }));
const found = (tasks: readonly Task[], asked: string) =>
  findTasks(tasks, asked).map(({ name }) => name);

Deno.test("findTasks() prefers the exact name", () => {
  const tasks = tasksOf("run", "Run", "RUN");
  assert.deepEqual(found(tasks, "Run"), ["Run"]);
  assert.deepEqual(found(tasks, "run"), ["run"]);
});

Deno.test("findTasks() else goes by the name without case and outer white space", () => {
  const tasks = tasksOf("Run Task", "  Other\t");
  for (const asked of ["run task", "RUN TASK", ' "Run Task" ', "'run task'", "\trun Task\r\n"]) {
    assert.deepEqual(found(tasks, asked), ["Run Task"], asked);
  }
  assert.deepEqual(found(tasks, "other"), ["  Other\t"]);
});

Deno.test("findTasks() finds nothing by a part of a name or by inner white space", () => {
  const tasks = tasksOf("Run Task", '"quoted"');
  for (const asked of ["Run", "RunTask", "Run  Task", "Run Tasks", '"quoted"', "quoted"]) {
    assert.deepEqual(found(tasks, asked), [], asked);
  }
});

Deno.test("findTasks() finds all that a name could mean", () => {
  assert.deepEqual(found(tasksOf("run", "Run", "other"), "RUN"), ["run", "Run"]);
});

Deno.test("findTasks() finds each task by its own name, unless it begins with a quote", () => {
  const tasks = tasksOf("a", " A ", "ΟΔΟΣ", "straße", "x y", "日本", "it's");
  for (const { name } of tasks) {
    if (name !== " A ") assert.deepEqual(found(tasks, name), [name]);
  }
});

Deno.test("findTasks() lowers letter by letter", () => {
  assert.deepEqual(found(tasksOf("ΟΔΟΣ"), "οδοσ"), ["ΟΔΟΣ"]);
  assert.deepEqual(found(tasksOf("ÄÖ"), "äö"), ["ÄÖ"]);
});

Deno.test("taskWords() starts Robot Framework as rcc does", () => {
  assert.deepEqual(taskWords({ robotTaskName: "My task" }, { artifactsDir: "out/put" }), [
    ...["python", "-m", "robot", "--report", "NONE", "--outputdir", "out/put"],
    ...["--logtitle", "Task log", "--task", "My task", "."],
  ]);
});

Deno.test("taskWords() splits a shell line, and takes a command as it is", () => {
  const options = { artifactsDir: "output" };
  assert.deepEqual(taskWords({ shell: "python 'a b.py' # c" }, options), ["python", "a b.py"]);
  const command = ["sh", "-c", "echo $HOME # c"];
  assert.deepEqual(taskWords({ command }, options), command);
});

Deno.test("taskWords() and scriptWords() refuse what names no program", () => {
  const options = { artifactsDir: "output" };
  assert.throws(() => taskWords({ shell: "  # c" }, options), /^SyntaxError: it has no word$/);
  assert.throws(() => taskWords({ command: [] }, options), /^SyntaxError: it has no word$/);
  assert.throws(
    () => taskWords({ command: ["", "a"] }, options),
    /^SyntaxError: its first word is ""$/,
  );
  assert.throws(() => scriptWords("' ' a"), /^SyntaxError: its first word is " "$/);
  assert.throws(() => scriptWords("'a"), /^SyntaxError: the quote ' is not closed$/);
});
