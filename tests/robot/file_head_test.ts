import assert from "node:assert/strict";
import { join } from "node:path";
import { describeHead, readFileHead } from "../../src/robot/file_head.ts";
import { folderOf } from "./robot_folder.ts";

const head = (text: string) => describeHead(new TextEncoder().encode(text));

Deno.test("describeHead() finds the interpreter of a script", () => {
  assert.deepEqual(head("#!/bin/sh -e\necho\n"), {
    interpreter: "/bin/sh -e",
    hasCarriageReturn: false,
    isProgram: true,
  });
  assert.equal(head("#! /usr/bin/env python \n").interpreter, "/usr/bin/env python");
  assert.equal(head("#!/bin/sh").interpreter, "/bin/sh");
});

Deno.test("describeHead() finds a carriage return at the end of the first line only", () => {
  const crlf = head("#!/bin/sh\r\necho\r\n");
  assert.equal(crlf.hasCarriageReturn, true);
  assert.equal(crlf.interpreter, "/bin/sh");
  for (const text of ["#!/bin/sh\necho\r\n", "#!/bin/sh\r", "echo\r\n", "#!/bin\rsh\n", "\r\n"]) {
    assert.equal(head(text).hasCarriageReturn, false, JSON.stringify(text));
  }
});

Deno.test("describeHead() takes scripts and ELF binaries for programs", () => {
  assert.equal(head("\x7fELF\x02").isProgram, true);
  assert.equal(head("#!").isProgram, true);
  for (const text of ["", "#", " #!/bin/sh\n", "MZ", "x\x7fELF", "\ufeff#!/bin/sh\n"]) {
    assert.equal(head(text).isProgram, false, JSON.stringify(text));
  }
});

Deno.test("readFileHead() reads the first 256 bytes", async () => {
  await using folder = await folderOf({
    short: "#!/a\n",
    empty: "",
    long: `#!/${"x".repeat(252)}\r\n`,
    longer: `#!/${"x".repeat(253)}\r\n`,
  });
  const read = (name: string) => readFileHead(join(folder.path, name));
  assert.equal((await read("short")).interpreter, "/a");
  assert.equal((await read("empty")).isProgram, false);
  assert.equal((await read("long")).interpreter?.length, 253);
  assert.equal((await read("longer")).interpreter?.length, 254);
  assert.equal((await read("longer")).hasCarriageReturn, false);
});
