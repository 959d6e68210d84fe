import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { frame, Frames } from "../../src/bytecode/frames.ts";
import { Interpreter, InterpreterError } from "../../src/bytecode/interpreter.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, testOn, toolTest } from "../support/tools.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("Frames puts together what comes in pieces of any size", () => {
  const texts = ["", "a", "some words", "x".repeat(300)];
  const bytes = texts.flatMap((text) => [...frame(encode(text))]);
  for (const size of [1, 2, 3, 4, 5, 7, 64, bytes.length]) {
    const found: string[] = [];
    const frames = new Frames((bytes) => void found.push(new TextDecoder().decode(bytes)));
    for (let at = 0; at < bytes.length; at += size) {
      frames.add(new Uint8Array(bytes.slice(at, at + size)));
    }
    assert.deepEqual(found, texts, `pieces of ${size}`);
  }
});

async function systemPython(): Promise<string> {
  const code = "import os, sys; print(os.path.realpath(sys.executable))";
  return (await run("python3", ["-c", code])).stdout.trim();
}

toolTest({
  name: "an Interpreter compiles what it is given and runs nothing of it",
  needs: ["python"],
}, async () => {
  await using folder = await temporaryFolder();
  const program = await systemPython();
  using python = new Interpreter({ folder: folder.path, program, libraries: folder.path });
  const { tag, minor } = await python.version;
  assert.equal(tag, `cpython-3${minor}`);
  const made = `${folder.path}/made`;
  const source = `# -*- coding: latin-1 -*-\nopen(${
    JSON.stringify(made)
  }, "w").close()\nx = "\xe4"\n`;
  const latin = Uint8Array.from(source, (character) => character.charCodeAt(0));
  const answers = await Promise.all([
    python.compile("/in/image/a.py", latin),
    python.compile("/in/image/b.py", encode("this is no Python")),
    python.compile("/in/image/c.py", encode("# -*- coding: no-such-codec -*-\n")),
    python.compile("/in/image/d.py", encode("x = '\0'\n")),
    python.compile("/in/image/e.py", encode("")),
  ]);
  assert.deepEqual(answers.map(({ length }) => length > 0), [true, false, false, false, true]);
  assert.equal(existsSync(made), false);
  assert.deepEqual([...answers[0]!.subarray(4, 8)], [1, 0, 0, 0]); // Its hash is not looked at.
  await writeFile(`${folder.path}/a.pyc`, answers[0]!);
  const READ = `import marshal, sys
code = marshal.loads(open(sys.argv[1], "rb").read()[16:])
print(code.co_filename, "\\xe4" in code.co_consts)`;
  const { stdout } = await run("python3", ["-c", READ, `${folder.path}/a.pyc`]);
  assert.equal(stdout, "/in/image/a.py True\n");
});

Deno.test({
  ...testOn("an Interpreter tells a source that ended it from what waited behind that", "linux"),
  async fn() {
    await using folder = await temporaryFolder();
    const program = `${folder.path}/python3`;
    const said = "3.11 cpython-311";
    await writeFile(
      program,
      `#!/bin/sh\nprintf '\\${
        said.length.toString(8)
      }\\000\\000\\000${said}'\nread line\nkill -SEGV $$\n`,
    );
    await chmod(program, 0o755);
    using python = new Interpreter({ folder: folder.path, program, libraries: folder.path });
    assert.deepEqual(await python.version, { minor: 11, tag: "cpython-311" });
    const answers = await Promise.allSettled([
      python.compile("/a.py", encode("a line\n")),
      python.compile("/b.py", encode("another\n")),
    ]);
    const causes = answers.map((answer) => answer.status === "rejected" && answer.reason.cause);
    assert.deepEqual(causes, ["source", "source before"]);
    assert.equal(python.hasEnded, true);
  },
});

Deno.test({
  ...testOn("an Interpreter that cannot be run says why", "linux"),
  async fn() {
    await using folder = await temporaryFolder();
    const program = `${folder.path}/python3`;
    const version = async () => {
      using python = new Interpreter({ folder: folder.path, program, libraries: folder.path });
      return await python.version;
    };
    const refused = (message: RegExp) => (error: unknown) =>
      error instanceof InterpreterError && error.cause === "interpreter" &&
      message.test(error.message);
    await assert.rejects(version(), refused(/ENOENT/));
    await writeFile(program, "#!/bin/sh\necho 'no libpython3' >&2\nexit 127\n");
    await chmod(program, 0o755);
    await assert.rejects(version(), refused(/it ended with 127, saying "no libpython3"/));
    await writeFile(program, "#!/bin/sh\nprintf '\\2\\000\\000\\000hi'\nexec sleep 60\n");
    await assert.rejects(version(), refused(/it calls itself "hi"/));
  },
});
