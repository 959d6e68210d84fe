import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { machineOf } from "../../scripts/ship/machine.ts";
import { runsHere, TARGETS } from "../../scripts/ship/targets.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** The beginning of an executable: numbers at their offsets. */
function header(numbers: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const bytes = new Uint8Array(512);
  for (const [offset, values] of Object.entries(numbers)) bytes.set(values, Number(offset));
  return bytes;
}

const HEADERS = {
  "linux-x86_64": standInElf("hello\n"),
  "linux-aarch64": header({ 0: [0x7f, 0x45, 0x4c, 0x46], 18: [183, 0] }),
  "macos-x86_64": header({ 0: [0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1] }),
  "macos-aarch64": header({ 0: [0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1] }),
  "windows-x86_64": header({ 0: [0x4d, 0x5a], 0x3c: [128], 128: [0x50, 0x45, 0, 0, 0x64, 0x86] }),
};

Deno.test("machineOf() knows the system of every target", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "program");
  assert.deepEqual(Object.keys(HEADERS).sort(), TARGETS.map(({ name }) => name).sort());
  for (const [name, bytes] of Object.entries(HEADERS)) {
    await writeFile(path, bytes);
    assert.equal(await machineOf(path), name);
  }
});

Deno.test("machineOf() knows what runs here", async () => {
  const target = TARGETS.find(runsHere);
  assert.equal(await machineOf(Deno.execPath()), target?.name);
});

Deno.test("machineOf() takes nothing else for an executable", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "program");
  const others = [
    new Uint8Array(0),
    new TextEncoder().encode("#!/bin/sh\n"),
    header({ 0: [0x7f, 0x45, 0x4c, 0x46], 18: [3, 0] }),
    header({ 0: [0x4d, 0x5a], 0x3c: [255, 255, 255, 255] }),
  ];
  for (const bytes of others) {
    await writeFile(path, bytes);
    assert.equal(await machineOf(path), undefined);
  }
});
