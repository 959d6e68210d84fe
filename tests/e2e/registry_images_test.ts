/** Base images come from registries, images go there, and run from there. */
import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BASE_TAG, busyboxBase } from "../support/bases.ts";
import { type BuiltRobot, builtRobot } from "../support/built_robot.ts";
import { makeCertificates } from "../support/certificates.ts";
import { type DockerRegistry, HTPASSWD, startDockerRegistry } from "../support/docker_registry.ts";
import { podman } from "../support/engines.ts";
import { connectProxy } from "../support/proxies.ts";
import { PASSWORD, USERNAME } from "../support/registry_scene.ts";
import { run, type Tool, toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const needs: readonly Tool[] = ["apt", "cc", "docker-registry", "skopeo"];

/** Puts the busybox base into a registry, and returns its name there. */
async function pushBase({ host }: DockerRegistry, repository = "base"): Promise<string> {
  const name = `${host}/${repository}:1`;
  await run("skopeo", [
    ...["copy", "--quiet", "--dest-tls-verify=false"],
    ...[`oci:${await busyboxBase()}:${BASE_TAG}`, `docker://${name}`],
  ]);
  return name;
}

async function digestAt(name: string): Promise<string> {
  const { stdout } = await run("skopeo", [
    ...["inspect", "--tls-verify=false", "--format", "{{.Digest}}", `docker://${name}`],
  ]);
  return stdout.trim();
}

/** The registry's log of a build: what was asked for that is no question whether something exists. */
async function requestsOf(registry: DockerRegistry, work: () => Promise<unknown>) {
  const before = (await registry.lines()).length;
  await work();
  const lines = (await registry.lines()).slice(before)
    .filter((line) => !line.startsWith("HEAD ") && !line.startsWith("GET /v2/ "));
  return lines.toSorted();
}

async function build(robot: BuiltRobot, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await robot.build(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

toolTest({
  name: "an image is built on a registry's base, pushed, and run by podman from there",
  needs: [...needs, ...podman.needs, "umoci"],
}, async () => {
  await using registry = await startDockerRegistry();
  await using robot = await builtRobot();
  const base = await pushBase(registry);
  const name = `${registry.host}/acme/bot:1`;
  const outputs = ["--digest-file", "digest", "--metadata-file", "metadata.json"];
  const stdout = await build(robot, ["--base-image", base, "-t", name, "--push", ...outputs]);

  const digest = await digestAt(name);
  const baseDigest = await digestAt(base);
  assert.equal(stdout.trimEnd().split("\n").at(-1), `${name}@${digest}`);
  assert.equal(await readFile(join(robot.folder, "digest"), "utf8"), digest);
  const metadata = JSON.parse(await readFile(join(robot.folder, "metadata.json"), "utf8"));
  assert.equal(metadata.imageDigest, digest);
  assert.deepEqual(metadata.pushed, [`${name}@${digest}`]);
  assert.deepEqual(metadata.base, { name: base, digest: baseDigest });
  assert.ok(stdout.includes(`Base    ${base}@${baseDigest}\n`), stdout);

  const layout = join(robot.folder, "pulled");
  await run("skopeo", [
    ...["copy", "--quiet", "--src-tls-verify=false", `docker://${name}`, `oci:${layout}:1`],
  ]);
  const image = await verifyImage(layout);
  assert.equal(image.digest, digest);
  const labels = image.config.config.Labels;
  assert.equal(labels["org.opencontainers.image.base.name"], base);
  assert.equal(labels["org.opencontainers.image.base.digest"], baseDigest);

  await podman.command(["pull", "--quiet", "--tls-verify=false", name]);
  const ran = await podman.run(name, { env: { RCC_STANDIN_DEEP: "1" } });
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /hello from /);
});

toolTest({
  name: "a second push sends nothing, and a changed robot its layer, config and manifest alone",
  needs,
}, async () => {
  await using registry = await startDockerRegistry();
  await using robot = await builtRobot();
  const base = await pushBase(registry);
  const push = () =>
    build(robot, ["--base-image", base, "-t", `${registry.host}/acme/bot:1`, "--push"]);
  const sent = ["PUT /v2/acme/bot/blobs/uploads/<…> 201"];
  const begun = ["POST /v2/acme/bot/blobs/uploads/ 202"];
  const manifest = ["PUT /v2/acme/bot/manifests/1 201"];

  const first = await requestsOf(registry, push);
  // The base's layer is mounted; runtime, three of the environment, robot and config are sent.
  assert.deepEqual(first.filter((line) => line.startsWith("P")), [
    ...["POST /v2/acme/bot/blobs/uploads/ 201"],
    ...Array(7).fill(begun[0]), // One asks for the right to push, and is cancelled.
    ...Array(6).fill(sent[0]),
    ...manifest,
  ]);
  // What is there already may have layers to take.
  const sentAnew = async () =>
    (await requestsOf(registry, push)).filter((line) => !line.startsWith("GET"));
  const right = ["DELETE /v2/acme/bot/blobs/uploads/<…> 204", ...begun];
  assert.deepEqual(await sentAnew(), [...right, ...manifest]);
  await writeFile(join(robot.robot, "new.txt"), "new\n");
  const changed = await sentAnew();
  assert.deepEqual(changed, [...right, ...begun, ...begun, ...sent, ...sent, ...manifest]);
});

toolTest({
  name: "a base that is known is not downloaded again where it is there or can be mounted",
  needs,
}, async () => {
  await using registry = await startDockerRegistry();
  await using elsewhere = await startDockerRegistry();
  await using robot = await builtRobot();
  const base = await pushBase(registry);
  const pushTo = (name: string) => build(robot, ["--base-image", base, "-t", name, "--push"]);
  const downloads = async (name: string) => {
    const lines = await requestsOf(registry, () => pushTo(name));
    return lines.filter((line) => line.startsWith("GET /v2/base/blobs/"));
  };
  assert.equal((await downloads(`${registry.host}/one:1`)).length, 2); // Config and layer.
  const layer = await removeBaseLayer(robot.cache);
  assert.deepEqual(await downloads(`${registry.host}/one:2`), []);
  assert.deepEqual(await downloads(`${registry.host}/two:1`), []);
  // Another registry has it not: it streams through, and stays out of the cache.
  assert.equal((await downloads(`${elsewhere.host}/two:1`)).length, 1);
  assert.equal(await digestAt(`${elsewhere.host}/two:1`), await digestAt(`${registry.host}/two:1`));
  assert.ok(!await isThere(join(robot.cache, "blobs", "sha256", layer)));
  await run("skopeo", [
    ...["copy", "--quiet", "--src-tls-verify=false"],
    ...[`docker://${elsewhere.host}/two:1`, `oci:${join(robot.folder, "pulled")}:1`],
  ]);
  // An output that is not a registry needs it here.
  assert.equal((await requestsOf(registry, () => build(robot, ["--base-image", base]))).length, 1);
  assert.ok(await isThere(join(robot.cache, "blobs", "sha256", layer)));
});

/** Takes the base's only layer out of the cache, and returns its name there. */
async function removeBaseLayer(cache: string): Promise<string> {
  const { stdout } = await run("skopeo", [
    "inspect",
    "--raw",
    `oci:${await busyboxBase()}:${BASE_TAG}`,
  ]);
  const layer: string = JSON.parse(stdout).layers[0].digest.slice("sha256:".length);
  await rm(join(cache, "blobs", "sha256", layer));
  return layer;
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

toolTest(
  { name: "with the network cut after a build, --offline builds the same image", needs },
  async () => {
    await using robot = await builtRobot();
    let base: string;
    {
      await using registry = await startDockerRegistry();
      base = await pushBase(registry);
      await build(robot, ["--base-image", base, "-t", "bot:1", "--save", "first.tar"]);
    }
    const again = ["--base-image", base, "-t", "bot:1", "--save"];
    await build(robot, [...again, "offline.tar", "--offline"]);
    await build(robot, [...again, "missing.tar", "--pull", "missing"]);
    const bytesOf = (name: string) => readFile(join(robot.folder, name));
    assert.ok((await bytesOf("first.tar")).equals(await bytesOf("offline.tar")));
    assert.ok((await bytesOf("first.tar")).equals(await bytesOf("missing.tar")));

    const { code, stderr } = await robot.build([...again, "asked.tar"]);
    assert.equal(code, 6);
    assert.match(
      stderr,
      new RegExp(
        `^Error: failed to pull "${base}": HEAD https?://localhost:\\d+/v2/base/manifests/1 ` +
          `request failed: localhost:\\d+ refused the connection, .*; or build with --offline on what ` +
          `the cache has of it$`,
        "m",
      ),
    );
    const other = await robot.build(["--base-image", "localhost:1/other:1", "--offline"]);
    assert.equal(other.code, 6);
    assert.match(
      other.stderr,
      /"localhost:1\/other:1": it is not in the cache and --offline asks no/,
    );
  },
);

toolTest({
  name: "a push over TLS, with a private authority and a password, prints the name alone with -q",
  needs: ["apt", "cc", "docker-registry", "openssl"],
}, async () => {
  await using robot = await builtRobot();
  await using certificates = await makeCertificates();
  await using registry = await startDockerRegistry({
    tls: certificates.server,
    htpasswd: HTPASSWD,
  });
  const name = `${registry.host}/bot:1`;
  const args = ["--base-image", `oci:${await busyboxBase()}`, "-t", name, "--push", "-q"];
  const login = ["--username", USERNAME, "--password-stdin"];
  const authority = ["--ca-cert", certificates.authority];
  const push = (...more: readonly string[]) =>
    robot.build([...args, ...login, ...more], { stdin: `${PASSWORD}\n` });

  const pushed = await push(...authority);
  assert.equal(pushed.code, 0, pushed.stderr);
  assert.match(pushed.stdout, new RegExp(`^${name}@sha256:[0-9a-f]{64}\n$`));
  assert.equal((await push("--insecure-registry", registry.host)).stdout, pushed.stdout);

  const untrusted = await push();
  assert.equal(untrusted.code, 6);
  assert.match(untrusted.stderr, /the certificate of .* is signed by an unknown authority/);
  const anonymous = await robot.build([...args, ...authority]);
  assert.equal(anonymous.code, 6);
  assert.match(anonymous.stderr, /answered 401 .*; no credentials were found, log in with `docker/);
});

toolTest({
  name: "without a network, the error for the default base says what was tried, and the cure",
  needs: ["cc"],
}, async () => {
  await using robot = await builtRobot();
  await using proxy = await connectProxy({ target: 0, credentials: "nobody:may-pass" });
  const env = { HTTPS_PROXY: `http://me:hunter2@${proxy.host}`, NO_PROXY: "" };
  for (const verbose of [[], ["-v"]]) {
    const { code, stderr } = await robot.build(verbose, { env });
    assert.equal(code, 6);
    assert.match(
      stderr,
      /^Error: failed to pull "docker\.io\/library\/debian:stable-slim": HEAD https:\/\/registry-1\.docker\.io\/v2\/library\/debian\/manifests\/stable-slim request failed: proxy http:\/\/127\.0\.0\.1:\d+ asks for credentials, .*; or name a file, such as oci-archive:base\.tar/m,
    );
    assert.doesNotMatch(stderr, /hunter2/);
  }
  assert.deepEqual(new Set(proxy.asked), new Set(["CONNECT registry-1.docker.io:443"]));
});
