/** scripts/install.sh, against a server of releases on this machine. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { writeArchive } from "../../scripts/ship/archive.ts";
import { writeChecksums } from "../../scripts/ship/checksums.ts";
import { REPOSITORY_URL, ROOT } from "../../scripts/ship/project.ts";
import { TARGETS } from "../../scripts/ship/targets.ts";
import { serveHttp } from "../support/loopback.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { findCommand, run, toolTest, type ToolTestOptions } from "../support/tools.ts";

const SCRIPT = join(ROOT, "scripts", "install.sh");
const ASSET = "rcc-oci-linux-x86_64.tar.gz";
const NEEDS: Pick<ToolTestOptions, "needs" | "on"> = {
  needs: ["curl", "tar"],
  on: ["no Windows"],
};

/** How the server answers to a request for the archive. */
type Behaviour = "good" | "other bytes" | "cut" | "silent" | "missing";

/** Options of {@linkcode installScene}. */
interface SceneOptions {
  readonly behaviour?: Behaviour;
  /** What `uname` says. */
  readonly system?: string;
  readonly machine?: string;
  /** The program that is in the archive. */
  readonly program?: string;
}

/** A release, a server that has it, and an empty folder to install into. */
async function installScene(options: SceneOptions = {}) {
  const { behaviour = "good", system = "Linux", machine = "x86_64" } = options;
  const { program = "echo rcc-oci 0.1.0" } = options;
  const folder = await temporaryFolder();
  const [release, bin, place] = await Promise.all(
    ["release", "bin", "home/bin"].map(async (name) => {
      await mkdir(join(folder.path, name), { recursive: true });
      return join(folder.path, name);
    }),
  ) as [string, string, string];

  const from = join(folder.path, "program");
  await writeFile(from, `#!/bin/sh\n${program}\n`);
  for (const { name } of TARGETS) {
    await writeArchive(join(release, `rcc-oci-${name}.tar.gz`), [
      { path: "rcc-oci/rcc-oci", from, isProgram: true },
    ]);
  }
  await writeChecksums(release);

  for (
    const name of ["awk", "cat", "curl", "cut", "gzip", "mkdir", "mktemp", "mv", "rm", "sh", "tar"]
  ) {
    await symlink(findCommand(name)!, join(bin, name));
  }
  const sum = findCommand("sha256sum") === undefined ? "shasum" : "sha256sum";
  await symlink(findCommand(sum)!, join(bin, sum));
  await writeFile(
    join(bin, "uname"),
    `#!/bin/sh\n[ "$1" = -s ] && echo ${system} || echo ${machine}\n`,
    {
      mode: 0o755,
    },
  );

  const requests: string[] = [];
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
  const server = await serveHttp(releaseListener(release, { behaviour, requests, asked }));
  const env = {
    PATH: bin,
    HOME: join(folder.path, "home"),
    RCC_OCI_RELEASES: new URL("/releases", server.url).href,
    RCC_OCI_INSTALL: place,
  };
  return {
    folder: folder.path,
    place,
    requests,
    /** Fulfilled when the archive was asked for. */
    isAsked,
    env,
    install: (more: Readonly<Record<string, string>> = {}, args: readonly string[] = []) =>
      run("sh", [SCRIPT, ...args], { env: { ...env, ...more }, allowFailure: true }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function releaseListener(
  release: string,
  { behaviour, requests, asked }: {
    readonly behaviour: Behaviour;
    readonly requests: string[];
    readonly asked: () => void;
  },
): RequestListener {
  return async (request, response) => {
    requests.push(request.url!);
    const name = request.url!.split("/").at(-1)!;
    const bytes = await readFile(join(release, name)).catch(() => undefined);
    const isArchive = name !== "SHA256SUMS";
    if (isArchive) asked();
    if (bytes === undefined || (isArchive && behaviour === "missing")) {
      response.writeHead(404).end();
    } else if (isArchive && behaviour === "other bytes") {
      response.writeHead(200).end(Uint8Array.of(...bytes, 0));
    } else if (isArchive && behaviour === "cut") {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 100), () => response.destroy());
    } else if (isArchive && behaviour === "silent") {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 100));
    } else {
      response.writeHead(200).end(bytes);
    }
  };
}

/** What a folder holds, names that begin with a dot too. */
async function listOf(path: string): Promise<readonly string[]> {
  return (await readdir(path)).sort();
}

toolTest({ name: "install.sh places the program of the latest release", ...NEEDS }, async () => {
  await using scene = await installScene();
  const { code, stdout, stderr } = await scene.install();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Installed rcc-oci 0\.1\.0 as .*\nAdd .* to your PATH\n$/);
  assert.deepEqual(await listOf(scene.place), ["rcc-oci"]);
  assert.equal((await stat(join(scene.place, "rcc-oci"))).mode & 0o777, 0o755);
  assert.deepEqual(scene.requests, [
    "/releases/latest/download/SHA256SUMS",
    `/releases/latest/download/${ASSET}`,
  ]);
});

toolTest({ name: "install.sh places the program of a chosen version", ...NEEDS }, async () => {
  await using scene = await installScene();
  for (const version of ["0.1.0", "v0.1.0"]) {
    assert.equal((await scene.install({ RCC_OCI_VERSION: version })).code, 0);
    assert.equal(scene.requests.at(-1), `/releases/download/v0.1.0/${ASSET}`);
  }
});

toolTest({ name: "install.sh goes to ~/.local/bin by itself", ...NEEDS }, async () => {
  await using scene = await installScene();
  assert.equal((await scene.install({ RCC_OCI_INSTALL: "" })).code, 0);
  assert.deepEqual(await listOf(join(scene.folder, "home", ".local", "bin")), ["rcc-oci"]);
});

toolTest({ name: "install.sh chooses the archive of the system", ...NEEDS }, async () => {
  const systems = [
    ["Linux", "x86_64", "linux-x86_64"],
    ["Linux", "amd64", "linux-x86_64"],
    ["Linux", "aarch64", "linux-aarch64"],
    ["Darwin", "x86_64", "macos-x86_64"],
    ["Darwin", "arm64", "macos-aarch64"],
  ] as const;
  for (const [system, machine, name] of systems) {
    await using scene = await installScene({ system, machine });
    assert.equal((await scene.install()).code, 0);
    assert.equal(scene.requests.at(-1)?.split("/").at(-1), `rcc-oci-${name}.tar.gz`);
  }
});

toolTest(
  { name: "install.sh puts a new version over an old one, by a rename", ...NEEDS },
  async () => {
    await using scene = await installScene();
    const program = join(scene.place, "rcc-oci");
    await writeFile(program, "the old one");
    const old = await Deno.open(program);
    assert.equal((await scene.install()).code, 0);
    assert.match(await readFile(program, "utf8"), /^#!/);
    // Who has the old one open still has the old one.
    assert.equal(await new Response(old.readable).text(), "the old one");
  },
);

const REFUSED: readonly (SceneOptions & { readonly title: string; readonly message: RegExp })[] = [
  { title: "other bytes than SHA256SUMS names", behaviour: "other bytes", message: /SHA-256/ },
  { title: "an archive that ends too early", behaviour: "cut", message: /failed to download/ },
  { title: "a release without the archive", behaviour: "missing", message: /failed to download/ },
  { title: "an unknown system", system: "SunOS", message: /rcc-oci for SunOS x86_64/ },
  { title: "an unknown processor", machine: "riscv64", message: /rcc-oci for Linux riscv64/ },
  { title: "a program that cannot run here", program: "exit 1", message: /failed to run/ },
];

for (const { title, message, ...options } of REFUSED) {
  toolTest({ name: `install.sh leaves all as it was for ${title}`, ...NEEDS }, async () => {
    await using scene = await installScene(options);
    await writeFile(join(scene.place, "rcc-oci"), "the old one");
    const { code, stderr } = await scene.install();
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.deepEqual(await listOf(scene.place), ["rcc-oci"]);
    assert.equal(await readFile(join(scene.place, "rcc-oci"), "utf8"), "the old one");
  });
}

toolTest(
  { name: "install.sh refuses an archive that SHA256SUMS does not name", ...NEEDS },
  async () => {
    await using scene = await installScene();
    await writeFile(
      join(scene.folder, "release", "SHA256SUMS"),
      `${"0".repeat(64)}  other.tar.gz\n`,
    );
    const { code, stderr } = await scene.install();
    assert.equal(code, 1);
    assert.match(stderr, /SHA-256/);
    assert.deepEqual(await listOf(scene.place), []);
  },
);

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 143]] as const) {
  toolTest({ name: `install.sh leaves nothing when a ${signal} comes`, ...NEEDS }, async () => {
    await using scene = await installScene({ behaviour: "silent" });
    const child = new Deno.Command("sh", { args: [SCRIPT], env: scene.env, stderr: "null" })
      .spawn();
    await scene.isAsked;
    child.kill(signal);
    assert.equal((await child.status).code, expected);
    assert.deepEqual(await listOf(scene.place), []);
  });
}

toolTest({ name: "install.sh places nothing when it is killed", ...NEEDS }, async () => {
  await using scene = await installScene({ behaviour: "silent" });
  const child = new Deno.Command("sh", { args: [SCRIPT], env: scene.env, stderr: "null" }).spawn();
  await scene.isAsked;
  child.kill("SIGKILL");
  await child.status;
  assert.deepEqual((await listOf(scene.place)).filter((name) => !name.startsWith(".")), []);
});

toolTest({ name: "install.sh says so when it cannot make its folder", ...NEEDS }, async () => {
  await using scene = await installScene();
  const file = join(scene.folder, "file");
  await writeFile(file, "");
  const { code, stderr } = await scene.install({ RCC_OCI_INSTALL: join(file, "bin") });
  assert.equal(code, 1);
  assert.match(stderr, /failed to make the folder .*, choose another by RCC_OCI_INSTALL/);
  assert.deepEqual(scene.requests, []);
  const homeless = await scene.install({ RCC_OCI_INSTALL: "", HOME: "" });
  assert.equal(homeless.code, 1);
  assert.match(homeless.stderr, /HOME is not set, set RCC_OCI_INSTALL/);
});

toolTest({ name: "install.sh helps, and refuses what it does not know", ...NEEDS }, async () => {
  await using scene = await installScene();
  for (const flag of ["--help", "-h"]) {
    const { code, stdout } = await scene.install({}, [flag]);
    assert.equal(code, 0);
    assert.match(stdout, /^Installs rcc-oci for Linux .*RCC_OCI_VERSION .*RCC_OCI_INSTALL/s);
  }
  const { code, stderr } = await scene.install({}, ["--force"]);
  assert.equal(code, 1);
  assert.equal(stderr, 'Error: failed to read "--force": it takes no arguments, see --help\n');
  assert.deepEqual(scene.requests, []);
  assert.deepEqual(await listOf(scene.place), []);
});

toolTest(
  { name: "install.sh says that a folder stands in the program's place", ...NEEDS },
  async () => {
    await using scene = await installScene();
    await mkdir(join(scene.place, "rcc-oci"));
    const { code, stderr } = await scene.install();
    assert.equal(code, 1);
    assert.match(stderr, /failed to install .*rcc-oci: there is a folder, .* by RCC_OCI_INSTALL$/m);
    assert.deepEqual(await listOf(join(scene.place, "rcc-oci")), []);
    assert.deepEqual(scene.requests, []);
  },
);

toolTest(
  { name: "install.sh takes nothing without encryption, not behind a redirect", ...NEEDS },
  async () => {
    await using scene = await installScene();
    const plain = await scene.install({ RCC_OCI_RELEASES: "http://releases.example" });
    assert.equal(plain.code, 1);
    assert.match(plain.stderr, /Protocol "http" (?:not supported|disabled)/);
    // From the one protocol that was asked for to another: a file of this machine for one.
    await using server = await serveHttp((_, response) => {
      response.writeHead(302, { location: "https://127.0.0.1:9/SHA256SUMS" }).end();
    });
    const redirected = await scene.install({ RCC_OCI_RELEASES: server.url.href });
    assert.equal(redirected.code, 1);
    assert.match(redirected.stderr, /Protocol "https" (?:not supported|disabled)/);
    assert.deepEqual(await listOf(scene.place), []);
  },
);

Deno.test("the installers are short, ask for no more rights, and know where the releases are", async () => {
  for (const name of ["install.sh", "install.ps1"]) {
    const text = await readFile(join(ROOT, "scripts", name), "utf8");
    assert.ok(text.split("\n").length <= 80, name);
    assert.doesNotMatch(text, /sudo|RunAs/i);
    assert.ok(text.includes(`${REPOSITORY_URL}/releases`), name);
  }
});

toolTest(
  { name: "the shell scripts are clean for shellcheck", needs: ["shellcheck"] },
  async () => {
    await run("shellcheck", [SCRIPT, join(ROOT, "scripts", "ship", "launchers", "rcc-oci.sh")]);
  },
);
