import assert from "node:assert/strict";
import { join } from "node:path";
import { concat } from "../../src/bytes/mod.ts";
import { FileSource } from "../../src/files/mod.ts";
import type { FileSourceOptions } from "../../src/files/file_source.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const BYTES = new TextEncoder().encode("0123456789");

async function inFile(work: (path: string) => void): Promise<void> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeFile(path, BYTES);
  work(path);
}

function readAll(
  part: { readonly path: string; readonly offset: number; readonly size: number },
  { step, ...options }: FileSourceOptions & { readonly step: number },
): Uint8Array {
  using source = new FileSource(part, options);
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(step);
  for (let left = part.size; source.left > 0;) {
    assert.equal(source.left, left);
    const count = source.read(buffer);
    assert.ok(count > 0);
    chunks.push(buffer.slice(0, count));
    left -= count;
  }
  assert.equal(source.read(buffer), 0);
  return concat(chunks);
}

for (const toEnd of [false, true]) {
  Deno.test(`FileSource reads a part in steps of any size, ${toEnd ? "" : "not "}to the end`, () =>
    inFile((path) => {
      for (let offset = 0; offset <= BYTES.length; offset++) {
        for (let size = toEnd ? BYTES.length - offset : 0; offset + size <= BYTES.length; size++) {
          for (let step = 1; step <= BYTES.length + 1; step++) {
            const found = readAll({ path, offset, size }, { step, toEnd });
            assert.deepEqual(found, BYTES.slice(offset, offset + size));
          }
        }
      }
    }));
}

Deno.test("FileSource refuses a file that has become shorter, or longer where it must end", () =>
  inFile((path) => {
    for (let step = 1; step <= 20; step++) {
      assert.throws(() => readAll({ path, offset: 0, size: 11 }, { step }), {
        name: "RangeError",
        message: `expected 11 bytes in "${path}", found 10`,
      });
      for (const size of [0, 1, 9]) {
        assert.throws(() => readAll({ path, offset: 0, size }, { step, toEnd: true }), {
          name: "RangeError",
          message: `expected ${size} bytes in "${path}", found more`,
        });
      }
    }
  }));

Deno.test("FileSource says by its code that there is no such file", () => {
  assert.throws(() => new FileSource({ path: "/no/such/file", offset: 0, size: 1 }), {
    code: "ENOENT",
  });
});
