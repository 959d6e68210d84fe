/** What the writer makes of any entries, GNU tar and Python's tarfile read, and find the same in it. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { ENTRIES, writeTar } from "../fuzz/byte_suites.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

const ARCHIVES = 100;

const LIST = `
import json, sys, tarfile
found = []
for path in sys.argv[1:]:
    with tarfile.open(path) as archive:
        found.append([[m.type.decode(), m.name, m.linkname, m.size, m.mode, m.uid, m.gid, m.mtime]
                      for m in archive])
json.dump(found, sys.stdout)
`;

toolTest({
  name: `GNU tar and tarfile read ${ARCHIVES} archives of tarSegments()`,
  needs: ["tar", "python"],
}, async () => {
  await using folder = await temporaryFolder();
  const samples = fc.sample(ENTRIES, { numRuns: ARCHIVES, seed: 7 });
  const paths = samples.map((_, i) => join(folder.path, `${i}.tar`));
  await Promise.all(samples.map((entries, i) => writeFile(paths[i]!, writeTar(entries))));
  const { stdout } = await run("python3", ["-c", LIST, ...paths]);
  assert.deepEqual(
    JSON.parse(stdout),
    samples.map((entries) =>
      entries.map((entry) => [
        { file: "0", directory: "5", symlink: "2", hardlink: "1" }[entry.type],
        entry.path,
        entry.type === "symlink" ? entry.target : "",
        entry.type === "file" ? entry.content.size : 0,
        entry.type === "symlink" ? 0o777 : "mode" in entry ? entry.mode : 0,
        entry.owner.uid,
        entry.owner.gid,
        entry.mtime,
      ])
    ),
  );
  const complaints = await run("sh", [
    "-c",
    'for path in "$@"; do tar -tf "$path" > /dev/null || exit; done',
    "sh",
    ...paths,
  ]);
  assert.equal(complaints.stderr, "");
});
