import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../scripts/ship/project.ts";
import { VERSION } from "../../src/version.ts";

async function read(path: string): Promise<string> {
  return await readFile(join(ROOT, path), "utf8");
}

Deno.test("the version is semantic, and deno.json has the same", async () => {
  // https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
  assert.match(VERSION, /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/);
  assert.equal(JSON.parse(await read("deno.json")).version, VERSION);
});

Deno.test("the changelog has a section of what comes next, or of the version", async () => {
  const sections = [...(await read("CHANGELOG.md")).matchAll(/^## \[(.+?)\]/gm)]
    .map(([, name]) => name);
  assert.ok(["Unreleased", VERSION].includes(sections[0]!), `${sections}`);
});

Deno.test("the pages name the files of this version", async () => {
  for (const path of ["README.md", "docs/ci.md"]) {
    const text = await read(path);
    const named = [
      ...text.matchAll(/\brcc-oci-(\d\S*?)\.tgz|\/download\/v(\d[^/]*)\/|\bVersion (\d\S*);/g),
    ]
      .map((match) => match.slice(1).find((version) => version !== undefined));
    assert.notEqual(named.length, 0);
    assert.deepEqual(named, named.map(() => VERSION), path);
  }
});

Deno.test("the version of deno is the same wherever it stands", async () => {
  const version = (await read(".dvmrc")).trim();
  assert.match(version, /^\d+\.\d+\.\d+$/);
  const pages = ["README.md", "docs/contributing.md", "examples/hello/README.md"];
  for (const path of [...pages, ".ci/run"]) {
    const versions = [...(await read(path)).matchAll(/\bdeno@(\S+)/g)].map(([, found]) => found);
    assert.notEqual(versions.length, 0);
    assert.deepEqual(versions, versions.map(() => version), path);
  }
});
