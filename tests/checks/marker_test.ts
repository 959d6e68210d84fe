import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateMarker } from "../../src/checks/mod.ts";

Deno.test("evaluateMarker() knows Linux x86_64 with CPython", () => {
  for (
    const marker of [
      `sys_platform == "linux"`,
      `'linux' == sys_platform`,
      `sys_platform != "win32"`,
      `os_name == "posix"`,
      `platform_system == "Linux"`,
      `platform_machine == "x86_64"`,
      `platform_python_implementation == "CPython"`,
      `implementation_name == "cpython"`,
      `implementation_name != "pypy"`,
      `sys_platform in "linux darwin"`,
      `"linux" in sys_platform`,
      `sys_platform not in "win32 cygwin"`,
      `sys_platform not  in "win32"`,
      `sys_platform === "LINUX"`,
      `sys_platform >= "linux"`,
      `sys_platform < "win32"`,
      `sys_platform > "darwin"`,
      `sys_platform <= "linux"`,
      `os.name == "posix" and sys.platform == "linux"`,
      `python_implementation=='CPython'and platform.machine=='x86_64'`,
    ]
  ) {
    assert.equal(evaluateMarker(marker), true, marker);
  }
});

Deno.test("evaluateMarker() excludes Linux where a marker does", () => {
  for (
    const marker of [
      `sys_platform == "win32"`,
      `sys_platform=='darwin'`,
      `os_name == "nt"`,
      `platform_system == "Windows"`,
      `platform_machine == "AMD64"`,
      `platform_python_implementation == "PyPy"`,
      `sys_platform in "win32 cygwin"`,
      `"win" in sys_platform`,
      `sys_platform == "win32" and python_version >= "3.8"`,
      `python_version >= "3.8" and sys_platform == "win32"`,
      `(sys_platform == "win32" or sys_platform == "darwin") and extra == "x"`,
      `sys_platform == "Linux"`,
    ]
  ) {
    assert.equal(evaluateMarker(marker), false, marker);
  }
});

Deno.test("evaluateMarker() does not know what depends on versions, extras or the machine", () => {
  for (
    const marker of [
      `python_version < "3.11"`,
      `python_full_version == "3.11.7"`,
      `implementation_version ~= "3.11"`,
      `extra == "windows"`,
      `platform_release == ""`,
      `"Debian" in platform_version`,
      `platform_version >= "1"`,
      `sys_platform == "win32" or python_version < "3.8"`,
      `sys_platform == "linux" and python_version < "3.8"`,
      `sys_platform ~= "linux"`,
      `sys_platform >= "3.8"`,
    ]
  ) {
    assert.equal(evaluateMarker(marker), "unknown", marker);
  }
});

Deno.test("evaluateMarker() binds and more closely than or, and parentheses closest", () => {
  const yes = `os_name == "posix"`;
  const no = `os_name == "nt"`;
  assert.equal(evaluateMarker(`${yes} or ${no} and ${no}`), true);
  assert.equal(evaluateMarker(`(${yes} or ${no}) and ${no}`), false);
  assert.equal(evaluateMarker(`${no} and ${no} or ${yes}`), true);
  assert.equal(evaluateMarker(`${no} and (${no} or ${yes})`), false);
  assert.equal(evaluateMarker(`((${yes}))and(${yes})`), true);
});

Deno.test("evaluateMarker() refuses what is no marker", () => {
  for (
    const marker of [
      "",
      `sys_platform`,
      `sys_platform = "win32"`,
      `sys_platform == win32`,
      `sys_platform == "win32`,
      `platform == "win32"`,
      `(os_name == "nt"`,
      `os_name == "nt")`,
      `os_name == "nt" and`,
      `os_name == "nt" os_name == "nt"`,
      `os_name and "nt"`,
      `os_name ( "nt"`,
      `not os_name == "nt"`,
      `constructor == "nt"`,
      `os_name == "nt" # comment`,
    ]
  ) {
    assert.throws(() => evaluateMarker(marker), SyntaxError, marker);
  }
});

Deno.test("evaluateMarker() is sure only where every version of Python agrees", () => {
  // Three-valued logic against all values that the unknown part may take.
  type Tree = { readonly text: string; readonly value: (unknown: boolean) => boolean };
  const leaf: fc.Arbitrary<Tree> = fc.constantFrom(
    { text: `os_name == "posix"`, value: () => true },
    { text: `os_name == "nt"`, value: () => false },
    { text: `python_version < "3.11"`, value: (unknown: boolean) => unknown },
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(tie("tree"), fc.constantFrom("and", "or"), tie("tree")).map(([a, operator, b]) => ({
        text: `(${a.text}) ${operator} (${b.text})`,
        value: (unknown: boolean) =>
          operator === "and"
            ? a.value(unknown) && b.value(unknown)
            : a.value(unknown) || b.value(unknown),
      })),
    ),
  }));
  fc.assert(fc.property(tree, ({ text, value }) => {
    const truth = evaluateMarker(text);
    if (truth === "unknown") return;
    assert.deepEqual([value(true), value(false)], [truth, truth], text);
  }));
});
