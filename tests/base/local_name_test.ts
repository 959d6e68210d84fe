import assert from "node:assert/strict";
import { fullName, matchName, parseLocalName } from "../../src/base/local_name.ts";

Deno.test("parseLocalName() ends the path at the first colon, but not at a drive's", () => {
  const cases = {
    "base": { path: "base" },
    "/srv/base:12": { path: "/srv/base", tag: "12" },
    "base:": { path: "base" },
    "base:docker.io/library/bot:1": { path: "base", tag: "docker.io/library/bot:1" },
    "image.tar:localhost:5000/a/b:1": { path: "image.tar", tag: "localhost:5000/a/b:1" },
    "C:\\images\\base": { path: "C:\\images\\base" },
    "C:\\images\\base:12": { path: "C:\\images\\base", tag: "12" },
    "c:/images/base.tar:a/b:1": { path: "c:/images/base.tar", tag: "a/b:1" },
    "\\\\server\\share\\base:12": { path: "\\\\server\\share\\base", tag: "12" },
    "c:12": { path: "c", tag: "12" },
    "": { path: "" },
  };
  for (const [text, name] of Object.entries(cases)) {
    assert.deepEqual(parseLocalName(text), name, text);
  }
});

Deno.test("matchName() tells the same image from the same tag and from another", () => {
  const cases = [
    ["1", "1", 2],
    ["any text", "any text", 2],
    ["debian", "docker.io/library/debian:latest", 2],
    ["debian:12", "debian:12", 2],
    ["docker.io/debian:12", "debian:12", 2],
    ["12", "debian:12", 1],
    ["12", "ghcr.io/a/b:12", 1],
    ["latest", "debian", 1],
    ["13", "debian:12", 0],
    ["debian:13", "debian:12", 0],
    ["bian:12", "debian:12", 0],
    ["", "debian:12", 0],
  ] as const;
  for (const [asked, name, quality] of cases) {
    assert.equal(matchName(asked, name), quality, `${asked} and ${name}`);
  }
});

Deno.test("fullName() completes a name with a repository, and leaves a tag alone", () => {
  assert.equal(fullName("debian:12"), "docker.io/library/debian:12");
  assert.equal(fullName("ghcr.io/a/b:1"), "ghcr.io/a/b:1");
  assert.equal(fullName("a/b"), "docker.io/a/b:latest");
  assert.equal(fullName("12"), "12");
  assert.equal(fullName("No Reference:1"), "No Reference:1");
});
