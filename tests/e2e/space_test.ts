/** The environment in the image is what a restore gives, in every mode of the library. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { findEnvironment } from "../../src/holotree/mod.ts";
import { asOciArchive, busyboxBase } from "../support/bases.ts";
import { environmentEntriesOf } from "../support/environment_entries.ts";
import { fixturePath, readSpaceMeta, TINY_HASH, unpackLibrary } from "../support/fixtures.ts";
import { plainRestore, readPlainCatalog } from "../support/plain_restore.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const NEEDS = ["apt", "cc", "python", "skopeo", "umoci", "zstd"] as const;
const PRIVATE_LIB = "home/robot/.robocorp/hololib";
const SHARED_LIB = "opt/robocorp/ht/lib";
const SPACE = "dc4d952_5a1fac3_9fcd2534";

/** The three libraries that rcc wrote, and where it put their spaces. */
const LIBRARIES = [
  { name: "tiny", home: "/home/dev", holotree: "/home/dev/.robocorp/holotree", lib: PRIVATE_LIB },
  {
    name: "tiny-nocompress",
    home: "/home/dev2",
    holotree: "/home/dev2/.robocorp/holotree",
    lib: PRIVATE_LIB,
  },
  { name: "tiny-shared", home: "/home/dev3", holotree: "/opt/robocorp/ht", lib: SHARED_LIB },
] as const;

/** A library as a folder: the zip's entries are the same files. */
async function openFixture(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
  if (name !== "tiny") return await unpackLibrary(name as "tiny-shared");
  const folder = await temporaryFolder();
  await run("python3", ["-m", "zipfile", "-e", fixturePath("tiny", "hololib.zip"), folder.path]);
  return folder;
}

for (const { name, home, holotree, lib } of LIBRARIES) {
  Deno.test(`spaceRecords() gives the record that rcc wrote for ${name}, byte for byte`, async () => {
    await using library = name === "tiny" ? undefined : await unpackLibrary(name);
    const path = library?.path ?? fixturePath("tiny", "hololib.zip");
    const environment = await findEnvironment([{ path, origin: "given" }], {});
    const entries = await environmentEntriesOf(environment, { home });
    const meta = entries.find(({ path }) => path.endsWith(".meta"));
    assert.ok(meta?.type === "file" && meta.content.kind === "bytes");
    assert.deepEqual(gunzipSync(meta.content.bytes), Buffer.from(await readSpaceMeta(name)));
  });

  toolTest(
    { name: `build restores ${name} as rcc would, library and all`, needs: NEEDS },
    async () => {
      await using folder = await temporaryFolder();
      await using library = await openFixture(name);
      const layout = join(folder.path, "layout");
      const { code, stderr } = await runProgram([
        ...["build", "-r", fixturePath("tiny", "robot"), "--hololib", library.path],
        ...["--base-image", `oci-archive:${await asOciArchive(await busyboxBase())}`],
        ...["--rcc-exec", await standinRcc(), "-t", "tiny:1", "--oci-layout", layout],
      ], { cache: join(folder.path, "cache") });
      assert.equal(code, 0, stderr);
      const { tree, layers } = await verifyImage(layout);
      const root = `${holotree.slice(1)}/${SPACE}`;
      const catalog = await readPlainCatalog(library.path, TINY_HASH);
      const expected = await plainRestore(library.path, catalog, SPACE);
      const found = [...tree].filter(([path]) => path.startsWith(`${root}/`));
      assert.equal(found.length, expected.size);
      for (const [path, entry] of expected) {
        const node = tree.get(`${root}/${path}`);
        assert.equal(node?.type, entry.type, path);
        assert.deepEqual(
          [node.size, node.sha256, node.target],
          [entry.size, entry.sha256, entry.target],
          path,
        );
        assert.deepEqual([node.uid, node.gid], [1000, 1000], path);
        if (entry.mode !== undefined) assert.equal(node.mode, entry.mode, path);
      }
      checkLibrary({ tree, lib, catalog });
      assert.ok(layers.some(({ listing }) => listing.some((line) => line.includes("link to"))));
    },
  );
}

interface LibraryCheck {
  readonly tree: Awaited<ReturnType<typeof verifyImage>>["tree"];
  readonly lib: string;
  readonly catalog: Awaited<ReturnType<typeof readPlainCatalog>>;
}

/** Every digest of the catalog has its blob, and those that are raw are the files that they name. */
function checkLibrary({ tree, lib, catalog }: LibraryCheck): void {
  const digests = new Set(JSON.stringify(catalog).match(/(?<="digest":")[0-9a-f]+/g));
  assert.ok(digests.size > 10);
  let shared = 0;
  for (const digest of digests) {
    const path = `${lib}/library/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${
      digest.slice(4, 6)
    }/${digest}`;
    const blob = tree.get(path);
    assert.equal(blob?.type, "file", path);
    if (blob.names === undefined) continue;
    shared++;
    if (digest.length === 64) assert.equal(blob.sha256, digest);
  }
  assert.ok(shared > 5, `${shared} blobs are hard links to restored files`);
  assert.ok(tree.has(`${lib}/catalog/${TINY_HASH}v12.linux_amd64`));
}
