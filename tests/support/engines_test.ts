import assert from "node:assert/strict";
import { join } from "node:path";
import { BASE_TAG, nastyBase } from "./bases.ts";
import { ENGINES } from "./engines.ts";
import { standinRcc } from "./standin.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, toolTest } from "./tools.ts";

const NAME = "docker.io/library/engines-test:1";

for (const engine of ENGINES) {
  const needs = [...engine.needs, "apt", "tar", "cc"] as const;

  toolTest({ name: `${engine.name} runs an image as its config says`, needs }, async () => {
    await using tarball = await nastyTarball();
    assert.deepEqual((await engine.load(tarball.path)).map(fullName), [NAME]);
    const plain = await engine.run(NAME, {
      args: ["sh", "-c", 'id -u; pwd; echo "$BASE_VARIABLE"; echo oops >&2; exit 7'],
    });
    assert.equal(plain.code, 7, plain.stderr);
    assert.equal(plain.stdout, "entrypoint of the base\n1000\n/srv\nkept\n");
    assert.equal(plain.stderr.trim(), "oops");
  });

  toolTest({ name: `${engine.name} has no network`, needs }, async () => {
    await using tarball = await nastyTarball();
    await engine.load(tarball.path);
    const { stdout } = await engine.run(NAME, { args: ["cat", "/proc/net/route"] });
    assert.equal(stdout.trim().split("\n").length, 2);
  });

  toolTest({ name: `${engine.name} hands on variables, folders and copies`, needs }, async () => {
    await using tarball = await nastyTarball();
    await using folder = await temporaryFolder();
    await Deno.chmod(folder.path, 0o755);
    await Deno.writeTextFile(join(folder.path, "in"), "from outside\n");
    await engine.load(tarball.path);
    const out = join(folder.path, "out");
    const { stdout } = await engine.run(NAME, {
      args: ["sh", "-c", "pwd; cat in; echo $WORD; mkdir /tmp/a; echo made > /tmp/a/b"],
      env: { WORD: "two words" },
      workdir: "/mnt",
      mounts: [{ source: folder.path, target: "/mnt", readOnly: true }],
      copyOut: [{ from: "/tmp/a", to: out }],
    });
    assert.equal(stdout, "entrypoint of the base\n/mnt\nfrom outside\ntwo words\n");
    assert.equal(await Deno.readTextFile(join(out, "b")), "made\n");
    assert.equal((await Deno.stat(join(out, "b"))).uid, 1000);
  });

  toolTest({ name: `${engine.name} can refuse writes to all but tmpfs`, needs }, async () => {
    await using tarball = await nastyTarball();
    await engine.load(tarball.path);
    const { stdout } = await engine.run(NAME, {
      args: ["sh", "-c", "echo a > /tmp/a && cat /tmp/a; echo a > /var/home/ubuntu/a || echo no"],
      readOnly: true,
      tmpfs: ["/tmp:mode=1777"],
    });
    assert.equal(stdout, "entrypoint of the base\na\nno\n");
  });

  toolTest({ name: `${engine.name} ends a container that does not end`, needs }, async () => {
    await using tarball = await nastyTarball();
    await engine.load(tarball.path);
    const endless = engine.run(NAME, { args: ["sleep", "600"], timeoutMs: 2000 });
    await assert.rejects(endless, /no end after 2000 ms/);
  });

  if (engine.name === "containerd") continue;

  toolTest({ name: `${engine.name} chooses user and entrypoint`, needs }, async () => {
    await using tarball = await nastyTarball();
    await engine.load(tarball.path);
    const { stdout } = await engine.run(NAME, {
      entrypoint: "/bin/sh",
      args: ["-c", "id -u; id -g; cat /etc/passwd"],
      user: "4242:7",
    });
    assert.match(stdout, /^4242\n7\nroot:.*\nubuntu:.*\n$/);
  });

  toolTest({
    name: `${engine.name} shows that the stand-in needs a user's name`,
    needs,
  }, async () => {
    await using tarball = await nastyTarball();
    await engine.load(tarball.path);
    const options = {
      entrypoint: "/usr/local/bin/rcc",
      args: ["run"],
      user: "4242:7",
      env: { HOME: "/nonexistent" },
      mounts: [{ source: await standinRcc(), target: "/usr/local/bin/rcc", readOnly: true }],
    };
    const nameless = await engine.run(NAME, options);
    assert.equal(nameless.code, 2);
    assert.match(nameless.stderr, /panic: user: unknown userid 4242/);
    const named = await engine.run(NAME, { ...options, env: { ...options.env, USER: "x" } });
    assert.equal(named.code, 1);
    assert.match(named.stderr, /no robot file/);
  });
}

/** The nasty base as a tarball that every engine reads: an OCI layout with docker's manifest. */
async function nastyTarball() {
  const folder = await temporaryFolder();
  const path = join(folder.path, "image.tar");
  const layout = join(folder.path, "layout");
  await run("cp", ["-r", await nastyBase(), layout]);
  const readJson = async (path: string) => JSON.parse(await Deno.readTextFile(join(layout, path)));
  const blob = ({ digest }: { digest: string }) => `blobs/${digest.replace(":", "/")}`;
  const index = await readJson("index.json");
  const [descriptor] = index.manifests;
  assert.equal(descriptor.annotations["org.opencontainers.image.ref.name"], BASE_TAG);
  const annotations = {
    "org.opencontainers.image.ref.name": NAME,
    "io.containerd.image.name": NAME,
  };
  const named = { ...index, manifests: [{ ...descriptor, annotations }] };
  await Deno.writeTextFile(join(layout, "index.json"), JSON.stringify(named));
  const { config, layers } = await readJson(blob(descriptor));
  const docker = [{ Config: blob(config), RepoTags: [NAME], Layers: layers.map(blob) }];
  await Deno.writeTextFile(join(layout, "manifest.json"), JSON.stringify(docker));
  await run("tar", ["-cf", path, "-C", layout, "."]);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** docker prints Docker Hub's names without their beginning. */
function fullName(name: string): string {
  return name.includes("/") ? name : `docker.io/library/${name}`;
}
