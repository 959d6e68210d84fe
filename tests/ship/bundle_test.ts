import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { dirname, join } from "node:path";
import { prepareDemo } from "../../scripts/demo/prepare_demo.ts";
import { ROOT } from "../../scripts/ship/project.ts";
import { sourceCommit } from "../../scripts/ship/source_commit.ts";
import { PROGRAM_NAME, VERSION } from "../../src/version.ts";
import { bundledProgram } from "../support/bundled.ts";
import { serveRegistry } from "../support/faulty_registry.ts";
import { serveHttp } from "../support/loopback.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, type RunResult } from "../support/tools.ts";

/** The permissions that docs/security.md names for a command, with what its capitals stand for. */
async function permissionsOf(
  command: string,
  values: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "docs", "security.md"), "utf8");
  const rows = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const row = rows.find((cells) => cells[1] === command);
  assert.ok(row, command);
  return row[2]!.replaceAll("`", "").replace(/\b[A-Z]+\b/g, (name) => values[name]!).split(" ");
}

Deno.test("the bundle says its name, version, commit and runtime", async () => {
  const { stdout } = await run(Deno.execPath(), ["run", "-A", await bundledProgram(), "--version"]);
  const commit = await sourceCommit();
  assert.equal(stdout, `${PROGRAM_NAME} ${VERSION} (${commit}, Deno ${Deno.version.deno})\n`);
});

Deno.test("the bundle is compiled once, by however short a command", async () => {
  await using folder = await temporaryFolder();
  const program = await bundledProgram();
  const env = { DENO_DIR: folder.path };
  await run(Deno.execPath(), ["run", "-A", program, "--help"], { env });
  const { stderr } = await run(
    Deno.execPath(),
    ["run", "-A", "--log-level=debug", program, "--help"],
    { env },
  );
  assert.match(stderr, /V8 code cache hit for ES module: \S+\/rcc-oci\.js/);
});

Deno.test("the bundle imports nothing", async () => {
  const path = await bundledProgram();
  const { stdout } = await run(Deno.execPath(), ["info", "--no-config", "--json", path]);
  const { modules } = JSON.parse(stdout);
  assert.deepEqual(modules.map(({ dependencies }: { dependencies?: unknown }) => dependencies), [
    undefined,
  ]);
});

Deno.test("the bundle is ASCII, of which V8 keeps a byte for each character, and else two", async () => {
  const lines = (await readFile(await bundledProgram(), "utf8")).split("\n");
  // The bundler writes escapes, but in regular expressions.
  assert.deepEqual(lines.filter((line) => /[^\0-\x7f]/.test(line)), []);
});

Deno.test("the bundle is the same bytes wherever the sources lie", async () => {
  await using folder = await temporaryFolder();
  const places = [join(folder.path, "a"), join(folder.path, "some", "where", "else")];
  const hashes = [];
  // The second is a copy of the first: somebody may be writing the sources just now.
  for (const [i, place] of places.entries()) {
    await copySources(i === 0 ? ROOT : places[0]!, place);
    await run(Deno.execPath(), ["run", "-A", join(place, "scripts", "bundle.ts")], { cwd: place });
    hashes.push(await hashesOf(join(place, "dist")));
  }
  assert.deepEqual(hashes[0], hashes[1]);
  assert.deepEqual(Object.keys(hashes[0]!), ["LICENSES.txt", "rcc-oci.js", "rcc-oci.js.map"]);
});

Deno.test("the bundle names no path of the machine that made it", async () => {
  const path = await bundledProgram();
  const map = JSON.parse(await readFile(`${path}.map`, "utf8"));
  const foreign = map.sources.filter((source: string) =>
    !/^\.\.\/(src|node_modules)\//.test(source)
  );
  assert.deepEqual(foreign, []);
  assert.equal((await readFile(path, "utf8")).includes(ROOT), false);
});

Deno.test("the bundle carries the licences of the packages it contains", async () => {
  const path = await bundledProgram();
  const map = JSON.parse(await readFile(`${path}.map`, "utf8"));
  const packages = new Set<string>(
    map.sources.flatMap((source: string) =>
      /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []
    ),
  );
  assert.ok(packages.has("yaml"));
  const licences = await readFile(join(dirname(path), "LICENSES.txt"), "utf8");
  const program = await readFile(path, "utf8");
  for (const name of packages) {
    assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    assert.match(program, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
  }
});

Deno.test("the bundle builds the demo from a URL, with the documented permissions and an empty Deno cache", async () => {
  await using scene = await demoScene();
  await using server = await serveHttp(await bundleListener("application/javascript"));
  const url = new URL("/rcc-oci.js", server.url).href;
  const permissions = [`--allow-import=${server.host}`, ...await scene.permissions()];
  const { code, stderr } = await scene.run([...permissions, url]);
  assert.equal(code, 0, stderr);
  assert.match(await scene.digest(), /^sha256:/);
});

Deno.test("the bundle builds the demo from a release's address, which leads elsewhere", async () => {
  await using scene = await demoScene();
  const serve = await bundleListener("application/octet-stream");
  await using server = await serveHttp((request, response) => {
    if (request.url !== "/releases/rcc-oci.js") return serve(request, response);
    response.writeHead(302, { location: "/assets/1234?signature=5678" }).end();
  });
  const url = new URL("/releases/rcc-oci.js", server.url).href;
  const permissions = [`--allow-import=${server.host}`, ...await scene.permissions()];
  const { code, stderr } = await scene.run([...permissions, url]);
  assert.equal(code, 0, stderr);
});

Deno.test("the bundle makes the same image as the sources", async () => {
  await using scene = await demoScene();
  const { code, stderr } = await scene.run(["-A", await bundledProgram()]);
  assert.equal(code, 0, stderr);
  assert.equal(await scene.digest(), await scene.digestOfSources());
});

Deno.test("the bundle needs every one of the documented permissions", async () => {
  await using scene = await demoScene();
  const permissions = await scene.permissions();
  assert.equal(permissions.length, 4);
  for (const left of permissions) {
    const others = permissions.filter((permission) => permission !== left);
    const { code, stderr } = await scene.run([...others, await bundledProgram()]);
    assert.notEqual(code, 0, left);
    assert.match(stderr, new RegExp(left.replace(/=.*/, "")));
  }
});

Deno.test("the bundle pushes to a registry with the documented permissions", async () => {
  await using scene = await demoScene();
  await using registry = await serveRegistry();
  const permissions = await permissionsOf("`build` with a registry", {
    ...scene.folders,
    HOST: registry.host,
  });
  const { code, stderr } = await scene.run([...permissions, await bundledProgram()], [
    ...["--push", "--insecure-registry", registry.host, "--tag", `${registry.host}/demo:1`],
  ]);
  assert.equal(code, 0, stderr);
  assert.ok(registry.manifests.has("demo:1"));
});

Deno.test("the bundle inspects a file with the documented permissions", async () => {
  await using scene = await demoScene();
  const program = await bundledProgram();
  assert.equal((await scene.run([...await scene.permissions(), program])).code, 0);
  const { stdout } = await run(Deno.execPath(), [
    ...["run", "--no-prompt", ...await permissionsOf("`inspect` of a file", {}), program],
    ...["inspect", scene.image],
  ]);
  assert.ok(stdout.includes(await scene.digest()), stdout);
});

Deno.test("the bundle looks after its cache with the documented permissions", async () => {
  await using folder = await temporaryFolder();
  const program = await bundledProgram();
  await Deno.mkdir(join(folder.path, "blobs", "sha256"), { recursive: true });
  await Deno.writeTextFile(join(folder.path, "blobs", "sha256", "0".repeat(64)), "blob");
  await Deno.mkdir(join(folder.path, "facts")); // What a cache has that is one.
  const permissions = await permissionsOf("`cache`", { CACHE: folder.path });
  const cache = async (...args: readonly string[]) => {
    const deno = ["run", "--no-prompt", ...permissions, program, "cache", ...args];
    return (await run(Deno.execPath(), deno, { env: { RCC_OCI_CACHE: folder.path } })).stdout;
  };
  assert.equal(JSON.parse(await cache("info", "--json")).files, 1);
  assert.match(await cache("prune"), /^Removed 0 files/);
  assert.match(await cache("clear"), /^Removed 1 file,/);
});

/** A folder in which the demo is built, by what is put behind `deno run`. */
async function demoScene() {
  const folder = await temporaryFolder();
  const folders = { OUT: join(folder.path, "out"), CACHE: join(folder.path, "cache") };
  await Promise.all(Object.values(folders).map((path) => mkdir(path)));
  const metadata = join(folders.OUT, "metadata.json");
  const image = join(folders.OUT, "image.tar");
  const args = [...await prepareDemo(folder.path), "--metadata-file", metadata];
  const env = { SOURCE_DATE_EPOCH: "1700000000" };
  return {
    folders,
    image,
    permissions: () => permissionsOf("`build` with files", folders),
    async run(
      program: readonly string[],
      outputs: readonly string[] = ["--save", image],
    ): Promise<RunResult> {
      const { OUT, CACHE } = folders;
      return await run(Deno.execPath(), ["run", "--no-prompt", ...program, ...args, ...outputs], {
        cwd: OUT,
        env: { ...env, HOME: OUT, RCC_OCI_CACHE: CACHE, DENO_DIR: join(folder.path, "deno") },
        allowFailure: true,
      });
    },
    async digest(): Promise<string> {
      return JSON.parse(await readFile(metadata, "utf8")).imageDigest;
    },
    async digestOfSources(): Promise<string> {
      const cache = join(folder.path, "cache-of-sources");
      const { code, stderr } = await runProgram([...args, "--save", image], { cache, env });
      assert.equal(code, 0, stderr);
      return await this.digest();
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Serves the bundle at every path. */
async function bundleListener(contentType: string): Promise<RequestListener> {
  const bytes = await readFile(await bundledProgram());
  return (_, response) => {
    response.writeHead(200, { "content-type": contentType }).end(bytes);
  };
}

/** What the bundle is made of and by. */
async function copySources(from: string, to: string): Promise<void> {
  const sources = ["deno.json", "deno.lock", "node_modules", "src", "scripts/bundle.ts"];
  for (const path of [...sources, "scripts/ship"]) {
    await cp(join(from, path), join(to, path), { recursive: true, verbatimSymlinks: true });
  }
}

async function hashesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const hashes = names.map(async (name) => {
    const hash = createHash("sha256").update(await readFile(join(folder, name)));
    return [name, hash.digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}
