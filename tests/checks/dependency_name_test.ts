import assert from "node:assert/strict";
import { readCondaName, readPipName } from "../../src/checks/dependency_name.ts";

Deno.test("readCondaName() reads names with channels, subfolders and versions", () => {
  for (
    const [text, name, platform] of [
      ["pywin32", "pywin32"],
      ["PyWin32 =306", "pywin32"],
      ["vs2015_runtime=14.36.32532=hdcecf7f_17", "vs2015-runtime"],
      ["conda-forge::python.app >=1", "python-app"],
      ["numpy[version='>=1.8',build=py27_0]", "numpy"],
      ["conda-forge/win-64::numpy=1.26", "numpy", "win-64"],
      ["win-64::numpy", "numpy", "win-64"],
      ["conda-forge/osx-arm64::numpy", "numpy", "osx-arm64"],
      ["conda-forge/linux-64::numpy", "numpy"],
      ["https://c.test/mine/win-64::numpy", "numpy", "win-64"],
      ["_openmp_mutex", "-openmp-mutex"],
    ] as const
  ) {
    const expected = platform === undefined ? { name } : { name, platform };
    assert.deepEqual(readCondaName(text), expected, text);
  }
  assert.equal(readCondaName(""), undefined);
  assert.equal(readCondaName("=1.0"), undefined);
});

Deno.test("readPipName() reads names with extras, versions, addresses and markers", () => {
  for (
    const [line, name, marker] of [
      ["requests", "requests"],
      ["Foo_Bar.Baz==1.0", "foo-bar-baz"],
      ["rpaframework[aws, google] >= 28 , < 29", "rpaframework"],
      ["pywin32>=300;sys_platform=='win32'", "pywin32", "sys_platform=='win32'"],
      ["pywin32 ; sys_platform == 'win32'  # on Windows", "pywin32", "sys_platform == 'win32'"],
      ["pywin32==306; os_name=='nt' --hash=sha256:00", "pywin32", "os_name=='nt'"],
      ["foo (>=1.0)", "foo"],
      ["foo~=1.0", "foo"],
      ["foo @ https://x.test/foo.tar.gz?a;b", "foo"],
      ["foo@https://x.test/foo.tar.gz ; os_name == 'nt'", "foo", "os_name == 'nt'"],
      ["./wheels/my_tool-1.0-py3-none-any.whl", "my-tool"],
      [
        "https://x.test/my.tool-1.0-py3-none-any.whl ; os_name == 'nt'",
        "my-tool",
        "os_name == 'nt'",
      ],
    ] as const
  ) {
    assert.deepEqual(readPipName(line), marker === undefined ? { name } : { name, marker }, line);
  }
});

Deno.test("readPipName() reads the platform of a wheel", () => {
  for (
    const [line, platform] of [
      ["tool-1.0-cp311-cp311-win_amd64.whl", "win_amd64"],
      ["./wheels/tool-1.0-cp311-cp311-win32.whl", "win32"],
      ["C:\\wheels\\tool-1.0-cp311-cp311-win_arm64.whl", "win_arm64"],
      ["tool @ https://x.test/tool-1-cp311-cp311-macosx_11_0_arm64.whl", "macosx_11_0_arm64"],
      [
        "https://x.test/tool-1-cp3-abi3-macosx_10_9_x86_64.macosx_11_0_arm64.whl",
        "macosx_10_9_x86_64.macosx_11_0_arm64",
      ],
      ["tool-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", undefined],
      ["tool-1.0-py3-none-any.whl", undefined],
      ["tool-1.0-py3-none-win_amd64.manylinux_2_17_x86_64.whl", undefined],
    ] as const
  ) {
    const expected = platform === undefined ? { name: "tool" } : { name: "tool", platform };
    assert.deepEqual(readPipName(line), expected, line);
  }
});

Deno.test("readPipName() finds no name where there is none", () => {
  for (
    const line of [
      ...["", "# comment", "-r requirements.txt", "--extra-index-url https://x.test/simple"],
      ...["-e git+https://x.test/a#egg=a", "git+https://x.test/a.git@v1", "https://x.test/a.zip"],
      ...["./local/folder", "..", "C:\\folder"],
    ]
  ) {
    assert.equal(readPipName(line), undefined, line);
  }
});
