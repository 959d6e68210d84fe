import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../scripts/ship/project.ts";
import { releaseNotes } from "../../scripts/ship/release_notes.ts";
import { VERSION } from "../../src/version.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.10.0] - 2026-02-01

### Added

- Something.

## [1.1.0] - 2026-01-01

- The first.

[1.1.0]: https://example.com/1.1.0
`;

Deno.test("releaseNotes() gives the section of the version", () => {
  assert.equal(releaseNotes(CHANGELOG, "1.10.0"), "### Added\n\n- Something.\n");
  assert.equal(releaseNotes(CHANGELOG, "1.1.0"), "- The first.\n");
});

Deno.test("releaseNotes() refuses a version without a section, or with an empty one", () => {
  for (const version of ["1.0.0", "1.1", "Unreleased"]) {
    assert.throws(() => releaseNotes(CHANGELOG, version), /failed to find/);
  }
});

Deno.test("the next release has notes in CHANGELOG.md", async () => {
  const changelog = await readFile(join(ROOT, "CHANGELOG.md"), "utf8");
  const isReleased = changelog.includes(`\n## [${VERSION}]`);
  const next = isReleased ? changelog : changelog.replace("## [Unreleased]", `## [${VERSION}]`);
  assert.match(releaseNotes(next, VERSION), /^### \w+$/m);
});
