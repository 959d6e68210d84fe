import assert from "node:assert/strict";
import {
  chooseEnvironmentConfig,
  isMeantForTarget,
  namesNoOtherPlatform,
} from "../../src/robot/environment_config.ts";

const MEANT = [
  "conda.yaml",
  "environment_linux_amd64_freeze.yaml",
  "environment_linux_amd64.yaml",
  "my_own_conda.yaml",
  "conda_linux.yaml",
  "conda_amd64.yaml",
  "linux_then_windows.yaml",
  "a_b_c_linux_amd64.yaml",
  "FREEZE_linux_amd64.yaml",
  "conda_lin.yaml",
  "",
];

const NOT_MEANT = [
  "environment_windows_amd64_freeze.yaml",
  "environment_darwin_arm64_freeze.yaml",
  "environment_linux_arm64_freeze.yaml",
  "freeze.yaml",
  "conda.Freeze.yaml",
  "a_b_c_d.yaml",
  "my_folder/a_b_c.yaml",
  "conda_windows.yaml",
  "conda_Linux.yaml",
  "conda_LINUX_amd64.yaml",
  "conda_arm64.yaml",
  "conda_AMD64.yaml",
  "windows_then_linux.yaml",
  "arm64/linux_amd64.yaml",
  "Darwin.yaml",
];

Deno.test("isMeantForTarget() takes what fits linux_amd64 or names nothing", () => {
  for (const name of MEANT) assert.equal(isMeantForTarget(name), true, name);
});

Deno.test("isMeantForTarget() refuses other platforms, and frozen files without one", () => {
  for (const name of NOT_MEANT) assert.equal(isMeantForTarget(name), false, name);
});

Deno.test("namesNoOtherPlatform() goes by the first that is named, in lower case", () => {
  assert.equal(namesNoOtherPlatform("prepare.sh"), true);
  assert.equal(namesNoOtherPlatform("prepare_linux.sh windows"), true);
  assert.equal(namesNoOtherPlatform("prepare_windows.bat linux"), false);
  assert.equal(namesNoOtherPlatform("python Linux.py"), false);
});

Deno.test("chooseEnvironmentConfig() takes the first that fits and exists", () => {
  const names = ["a_windows.yaml", "gone.yaml", "b_linux.yaml", "conda.yaml"];
  const there = new Set(["a_windows.yaml", "b_linux.yaml", "conda.yaml"]);
  assert.equal(chooseEnvironmentConfig(names, (name) => there.has(name)), "b_linux.yaml");
});

Deno.test("chooseEnvironmentConfig() takes none when none fits or exists", () => {
  assert.equal(chooseEnvironmentConfig(NOT_MEANT, () => true), undefined);
  assert.equal(chooseEnvironmentConfig(MEANT, () => false), undefined);
  assert.equal(chooseEnvironmentConfig([], () => true), undefined);
});
