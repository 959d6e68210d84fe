import assert from "node:assert/strict";
import { publicAddress, readGitSource } from "../../src/robot/git_source.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

Deno.test("publicAddress() drops users and passwords, and keeps folders to itself", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["https://user:secret@github.com/acme/bot.git", "https://github.com/acme/bot.git"],
    ["https://ghp_token@github.com/acme/bot", "https://github.com/acme/bot"],
    ["https://host/x?token=secret#y", "https://host/x"],
    ["git@github.com:acme/bot.git", "ssh://github.com/acme/bot.git"],
    ["ssh://git@host:2222/bot.git", "ssh://host:2222/bot.git"],
    ["/srv/git/bot.git", undefined],
    ["file:///srv/git/bot.git", undefined],
    ["../bot", undefined],
  ];
  for (const [remote, expected] of cases) assert.equal(publicAddress(remote), expected, remote);
});

toolTest({
  name: "readGitSource() asks git, and knows nothing outside of a work tree",
  needs: ["git"],
}, async () => {
  await using folder = await temporaryFolder();
  assert.deepEqual(await readGitSource(folder.path), {});
  const git = (...args: string[]) => run("git", ["-C", folder.path, ...args]);
  await git("init", "-q");
  await git("remote", "add", "origin", "https://me:secret@host/bot.git");
  await git(
    "-c",
    "user.name=x",
    "-c",
    "user.email=x@y",
    "commit",
    "-q",
    "--allow-empty",
    "-m",
    "x",
  );
  const { stdout } = await git("rev-parse", "HEAD");
  assert.deepEqual(await readGitSource(folder.path), {
    url: "https://host/bot.git",
    revision: stdout.trim(),
  });
});
