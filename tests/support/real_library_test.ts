import { deepEqual, equal, match, ok } from "node:assert/strict";
import { isGzip } from "../../src/compression/mod.ts";
import {
  chooseCatalog,
  fileRecord,
  findFile,
  openLibrary,
  readBlob,
  walkCatalog,
} from "../../src/holotree/mod.ts";
import { locateBlobs } from "../../src/holotree/locate_blobs.ts";
import { CI_REQUIREMENTS, realLibrary } from "./real_library.ts";
import { toolTest } from "./tools.ts";

toolTest({
  name: "realLibrary() is an environment as RCC records one: packages of PyPI, and what pip writes",
  needs: ["pip"],
}, async () => {
  const { hololib, hash } = await realLibrary(CI_REQUIREMENTS);
  const library = await openLibrary(hololib);
  const { catalog } = await library.readCatalog(
    (await chooseCatalog(library, { catalog: hash })).hash,
  );
  deepEqual((await locateBlobs(library, catalog)).missing, []);
  const stage = "/home/dev/.robocorp/holotree/ha1246bc_493f813dad24d3t";
  equal(catalog.path, stage);

  const files = [...walkCatalog(catalog)].flatMap((entry) =>
    entry.kind === "file" && entry.symlink === undefined ? [entry] : []
  );
  const bytes = files.reduce((sum, { content }) => sum + catalog.contents.sizeOf(content), 0);
  ok(bytes > 150e6 && files.length > 5000, `${bytes} bytes in ${files.length} files`);
  const textOf = async (suffix: string) => {
    const { path } = files.find(({ path }) => path.endsWith(suffix))!;
    const file = findFile(catalog, path)!;
    return { file, text: new TextDecoder().decode(await readBlob(library, file)) };
  };

  const record = await textOf("/pandas-2.3.3.dist-info/RECORD");
  const bytecode = record.text.split("\n").filter((line) => line.includes(".pyc"));
  ok(bytecode.length > 1000, `${bytecode.length} lines`);
  const place =
    /^(\.\.\/){5}temp\/[0-9a-f]{16}\/home\/dev\/\.robocorp\/holotree\/ha1246bc_493f813dad24d3t\//;
  match(bytecode[0]!, place);
  equal(new Set(record.file.rewrite).size, bytecode.length);

  const installed = files.flatMap(({ path }) =>
    /([^/]+)\.dist-info\/RECORD$/.exec(path)?.[1] ?? []
  );
  const plain = (name: string) => name.replaceAll(/[-_.]+/g, "-");
  deepEqual(
    installed.map(plain).sort(),
    CI_REQUIREMENTS.map((requirement) => plain(requirement.replace("==", "-"))).sort(),
  );

  match((await textOf("bin/robot")).text, new RegExp(`^#!${stage}/bin/python`));
  const packed = files.filter(({ path }) => path.endsWith(".json.gz"));
  ok(packed.length > 100, `${packed.length} files`);
  ok(isGzip(await readBlob(library, fileRecord(catalog, packed[0]!.node))));
});
