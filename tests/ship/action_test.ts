/** action.yml, its steps run as plain shell against a release on this machine. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { prepareDemo } from "../../scripts/demo/prepare_demo.ts";
import { writeArchive } from "../../scripts/ship/archive.ts";
import { writeChecksums } from "../../scripts/ship/checksums.ts";
import { ROOT } from "../../scripts/ship/project.ts";
import { VERSION } from "../../src/version.ts";
import { bundledProgram } from "../support/bundled.ts";
import { ActionRunner } from "../support/composite_action.ts";
import { serveRegistry } from "../support/faulty_registry.ts";
import { serveHttp } from "../support/loopback.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest, type ToolTestOptions } from "../support/tools.ts";

const NEEDS: Pick<ToolTestOptions, "needs" | "on"> = {
  needs: ["bash", "curl", "git", "tar"],
  on: ["no Windows"],
};

/** A repository with the demo's robot, and a server whose latest release is this program. */
async function actionScene() {
  const folder = await temporaryFolder();
  const [release, robot, demo, runner] = await Promise.all(
    ["release", "robot", "demo", "runner"].map(async (name) => {
      await mkdir(join(folder.path, name));
      return join(folder.path, name);
    }),
  ) as [string, string, string, string];

  const from = join(folder.path, "program");
  const program = [Deno.execPath(), "run", "-A", await bundledProgram()];
  await writeFile(from, `#!/bin/sh\nexec ${program.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  for (const name of ["linux-x86_64", "linux-aarch64", "macos-x86_64", "macos-aarch64"]) {
    await writeArchive(join(release, `rcc-oci-${name}.tar.gz`), [
      { path: "rcc-oci/rcc-oci", from, isProgram: true },
    ]);
  }
  await writeChecksums(release);
  const requests: string[] = [];
  const server = await serveHttp(async ({ url }, response) => {
    requests.push(url!);
    const name = url!.replace(`/releases/download/v${VERSION}/`, "");
    if (url === "/releases/latest") {
      response.writeHead(302, { location: `/releases/tag/v${VERSION}` }).end();
    } else {
      response.writeHead(200).end(name.includes("/") ? "" : await readFile(join(release, name)));
    }
  });

  const [, , example, ...args] = await prepareDemo(demo);
  for (const name of ["robot.yaml", "conda.yaml"]) {
    await writeFile(join(robot, name), await readFile(join(example!, name)));
  }
  const action = new ActionRunner(ROOT, runner);
  const env = {
    PATH: Deno.env.get("PATH")!,
    HOME: folder.path,
    RCC_OCI_RELEASES: new URL("/releases", server.url).href,
    SOURCE_DATE_EPOCH: "1700000000",
  };
  return {
    robot,
    requests,
    base: args[args.indexOf("--base-image") + 1]!,
    run: (inputs: Readonly<Record<string, string>>, more: readonly string[] = []) =>
      action.run({ args: [...args, ...more].join("\n"), ...inputs }, {
        cwd: robot,
        env,
      }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

toolTest(
  { name: "the action installs the latest release, builds, and says what", ...NEEDS },
  async () => {
    await using scene = await actionScene();
    const { outputs, stdout } = await scene.run({ tags: "acme/bot:1\nacme/bot:latest\n" });
    assert.match(outputs["digest"]!, /^sha256:[0-9a-f]{64}$/);
    assert.equal(outputs["reference"], `docker.io/acme/bot:1@${outputs["digest"]}`);
    assert.match(stdout, new RegExp(`^Digest: ${outputs["digest"]}$`, "m"));
    assert.ok((await readdir(scene.robot)).includes("image.tar"));
    assert.ok(scene.requests.includes(`/releases/download/v${VERSION}/SHA256SUMS`));
  },
);

toolTest(
  { name: "the action keeps the program and the layers from run to run", ...NEEDS },
  async () => {
    await using scene = await actionScene();
    const first = await scene.run({ robot: "robot.yaml", version: VERSION });
    assert.deepEqual(first.restored, []);
    scene.requests.length = 0;
    const second = await scene.run({ robot: "robot.yaml", version: VERSION });
    assert.equal(second.restored.length, 2);
    assert.deepEqual(scene.requests, []);
    assert.match(second.stdout, /environment .* cached$/m);
    assert.equal(second.outputs["digest"], first.outputs["digest"]);

    // Another file that shapes environments: another key, which begins as the first does.
    await writeFile(join(scene.robot, "other.yaml"), "{}\n");
    const third = await scene.run({ robot: "robot.yaml", version: VERSION });
    assert.deepEqual(third.restored, second.restored);
    assert.match(third.stdout, /environment .* cached$/m);
  },
);

toolTest({ name: "the action pushes when it is told to", ...NEEDS }, async () => {
  await using scene = await actionScene();
  await using registry = await serveRegistry();
  const name = `${registry.host}/acme/bot`;
  const { outputs } = await scene.run({ tags: `${name}:1`, push: "true" }, [
    "--insecure-registry",
    registry.host,
  ]);
  assert.equal(outputs["reference"], `${name}:1@${outputs["digest"]}`);
  assert.ok(registry.manifests.has(`acme/bot:1`));
  assert.equal((await readdir(scene.robot)).includes("image.tar"), false);
});

toolTest(
  { name: "the action builds without the environment from an image", ...NEEDS },
  async () => {
    await using scene = await actionScene();
    await using registry = await serveRegistry();
    const name = `${registry.host}/acme/bot`;
    const insecure = ["--insecure-registry", registry.host];
    const push = { push: "true" };
    await scene.run({ ...push, tags: `${name}:latest` }, insecure);
    await writeFile(join(scene.robot, "more.txt"), "more\n");
    const own = ["--base-image", scene.base, ...insecure].join("\n");
    const inputs = { ...push, tags: `${name}:2`, "cache-from": `${name}:latest`, args: own };
    const { stdout } = await scene.run(inputs);
    assert.match(stdout, /^Reading environment\.\.\. OK \(of .*\/acme\/bot:latest\)$/m);
    const layersOf = (image: string) =>
      JSON.parse(new TextDecoder().decode(registry.manifests.get(image)!.bytes)).layers;
    const [first, second] = [layersOf("acme/bot:latest"), layersOf("acme/bot:2")];
    assert.deepEqual(second.slice(0, -1), first.slice(0, -1));
    assert.notDeepEqual(second, first);
  },
);

toolTest(
  { name: "the action writes a repository in small letters, and leaves tags", ...NEEDS },
  async () => {
    await using scene = await actionScene();
    await using registry = await serveRegistry();
    const name = `${registry.host}/Acme/My-Bot`;
    const { outputs } = await scene.run({ tags: `${name}:V1-RC\n${name}\n`, push: "true" }, [
      "--insecure-registry",
      registry.host,
    ]);
    assert.equal(outputs["reference"], `${registry.host}/acme/my-bot:V1-RC@${outputs["digest"]}`);
    assert.ok(registry.manifests.has("acme/my-bot:V1-RC"));
    assert.ok(registry.manifests.has("acme/my-bot:latest"));
  },
);

toolTest(
  { name: "the action says so when there is no robot where it is told", ...NEEDS },
  async () => {
    await using scene = await actionScene();
    for (const robot of ["nowhere", "nowhere/robot.yaml", "robot.yml"]) {
      const message = `::error::failed to find the robot "${robot}": found no file and no folder`;
      await assert.rejects(scene.run({ robot }), (error: Error) => error.message.includes(message));
    }
    assert.deepEqual(scene.requests.filter((url) => url.includes("download")), []);
  },
);

toolTest({ name: "the action fails when the build fails", ...NEEDS }, async () => {
  await using scene = await actionScene();
  await assert.rejects(scene.run({ tags: "Not A Name" }), /failed to read --tag "not a name"/);
});
