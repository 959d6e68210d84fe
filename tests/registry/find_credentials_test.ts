import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type ProxyVariables, Secret } from "../../src/http/mod.ts";
import { createCredentials } from "../../src/registry/mod.ts";
import { credentialsFromEnvironment } from "../../src/registry/find_credentials.ts";
import { until } from "../support/build_scene.ts";
import { toolTest } from "../support/tools.ts";

/** A home folder with files of credentials and helpers in it. */
class Home implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();

  write(path: string, value: unknown): this {
    const full = join(this.folder, path);
    Deno.mkdirSync(dirname(full), { recursive: true });
    Deno.writeTextFileSync(full, typeof value === "string" ? value : JSON.stringify(value));
    return this;
  }

  auths(path: string, user: string, registry = "ghcr.io"): this {
    return this.write(path, { auths: { [registry]: { auth: btoa(`${user}:hunter2`) } } });
  }

  helper(name: string, script: string): this {
    this.write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
    Deno.chmodSync(join(this.folder, `bin/docker-credential-${name}`), 0o755);
    return this;
  }

  environment(more: ProxyVariables = {}): ProxyVariables {
    return { HOME: this.folder, PATH: `${join(this.folder, "bin")}:/usr/bin:/bin`, ...more };
  }

  async find(registry = "ghcr.io", more: ProxyVariables = {}) {
    const credentials = createCredentials({
      environment: this.environment(more),
      runtimeFolder: join(this.folder, "run/containers/1000"),
    });
    const { credential, notes } = await credentials.find({ registry, repository: "acme/bot" });
    return {
      who: credential && `${credential.username} of ${credential.source}`,
      secret: credential?.secret.reveal(),
      notes,
    };
  }

  async [Symbol.asyncDispose]() {
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("find() asks files in their order, and each only where the one before has nothing", async () => {
  await using home = new Home();
  home.auths(".config/containers/auth.json", "podman");
  assert.equal((await home.find()).who, "podman of ~/.config/containers/auth.json");
  home.auths("run/containers/auth.json", "runtime");
  const runtime = { XDG_RUNTIME_DIR: join(home.folder, "run") };
  assert.equal((await home.find("ghcr.io", runtime)).who, "runtime of ~/run/containers/auth.json");
  home.auths(".docker/config.json", "docker");
  assert.equal((await home.find("ghcr.io", runtime)).who, "docker of ~/.docker/config.json");
  home.auths("named.json", "named");
  const named = { ...runtime, REGISTRY_AUTH_FILE: join(home.folder, "named.json") };
  assert.equal((await home.find("ghcr.io", named)).who, "named of ~/named.json");
  assert.equal((await home.find("quay.io", named)).who, undefined);
});

Deno.test("find() knows where podman logs in without XDG_RUNTIME_DIR", async () => {
  await using home = new Home();
  home.auths(".config/containers/auth.json", "podman");
  home.auths("run/containers/1000/auth.json", "runtime");
  assert.equal((await home.find()).who, "runtime of ~/run/containers/1000/auth.json");
  const elsewhere = { XDG_RUNTIME_DIR: join(home.folder, "none") };
  assert.equal(
    (await home.find("ghcr.io", elsewhere)).who,
    "podman of ~/.config/containers/auth.json",
  );
});

Deno.test("find() reads DOCKER_AUTH_CONFIG before docker's config.json", async () => {
  await using home = new Home();
  home.auths(".docker/config.json", "docker");
  const auth = btoa("gitlab:hunter2");
  const given = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "ghcr.io": { auth } } }) };
  assert.equal((await home.find("ghcr.io", given)).who, "gitlab of DOCKER_AUTH_CONFIG");
  const broken = await home.find("ghcr.io", { DOCKER_AUTH_CONFIG: "{hunter2" });
  assert.equal(broken.who, "docker of ~/.docker/config.json");
  assert.deepEqual(broken.notes, ["DOCKER_AUTH_CONFIG cannot be read: expected JSON"]);
});

Deno.test("find() asks a helper once for many requests", async () => {
  await using home = new Home();
  home.write(".docker/config.json", { credsStore: "x" });
  const answer = `{"Username":"me","Secret":"hunter2"}`;
  home.helper("x", `echo asked >> "$HOME/calls"\necho '${answer}'`);
  const credentials = createCredentials({ environment: home.environment() });
  const wanted = { registry: "ghcr.io", repository: "acme/bot" };
  await Promise.all([1, 2, 3].map(() => credentials.find(wanted)));
  await credentials.find(wanted);
  assert.equal(await Deno.readTextFile(join(home.folder, "calls")), "asked\n");
});

Deno.test("find() knows DOCKER_CONFIG and XDG_CONFIG_HOME", async () => {
  await using home = new Home();
  await using other = new Home();
  other.auths("config.json", "elsewhere");
  assert.equal(
    (await home.find("ghcr.io", { DOCKER_CONFIG: other.folder })).who,
    `elsewhere of ${other.folder}/config.json`,
  );
  other.auths("containers/auth.json", "xdg");
  assert.equal(
    (await home.find("ghcr.io", { XDG_CONFIG_HOME: other.folder })).who,
    `xdg of ${other.folder}/containers/auth.json`,
  );
});

Deno.test("find() shows what was given by hand to the named registries alone", async () => {
  await using home = new Home();
  home.auths(".docker/config.json", "docker", "quay.io");
  const credentials = createCredentials({
    environment: home.environment(),
    explicit: {
      registries: ["ghcr.io"],
      username: "me",
      password: new Secret("hunter2"),
      source: "--username",
    },
  });
  const who = async (registry: string) =>
    (await credentials.find({ registry, repository: "a" })).credential?.source;
  assert.equal(await who("ghcr.io"), "--username");
  assert.equal(await who("quay.io"), "~/.docker/config.json");
  assert.equal(await who("docker.io"), undefined);
});

Deno.test("credentialsFromEnvironment() wants both variables", () => {
  const both = { RCC_OCI_USERNAME: "me", RCC_OCI_PASSWORD: "hunter2" };
  const { explicit } = credentialsFromEnvironment(both, ["ghcr.io"]);
  assert.equal(explicit?.source, "RCC_OCI_USERNAME and RCC_OCI_PASSWORD");
  assert.equal(explicit?.password.reveal(), "hunter2");
  assert.ok(!Deno.inspect(explicit).includes("hunter2"));
  assert.deepEqual(credentialsFromEnvironment({ RCC_OCI_USERNAME: "me" }, ["ghcr.io"]), {});
  assert.deepEqual(credentialsFromEnvironment({ RCC_OCI_PASSWORD: "x" }, ["ghcr.io"]), {});
});

Deno.test("find() notes a file that cannot be read, and goes on", async () => {
  await using home = new Home();
  home.write(".docker/config.json", "{hunter2").auths(".config/containers/auth.json", "podman");
  const { who, notes } = await home.find();
  assert.equal(who, "podman of ~/.config/containers/auth.json");
  assert.deepEqual(notes, ["~/.docker/config.json cannot be read: expected JSON"]);
});

const answering = (user: string, secret = "hunter2") =>
  `cat > "$0.asked"; echo '${JSON.stringify({ ServerURL: "x", Username: user, Secret: secret })}'`;

/** Helpers are shell scripts here. */
const SHELL = { needs: [], on: ["no Windows"] } as const;

toolTest(
  { name: "find() asks credential helpers, with the name that docker uses", ...SHELL },
  async () => {
    await using home = new Home();
    home.helper("mine", answering("me")).helper("store", answering("<token>", "idt"));
    home.write(".docker/config.json", { credHelpers: { "ghcr.io": "mine" }, credsStore: "store" });
    const found = await home.find();
    assert.equal(found.who, "me of docker-credential-mine of ~/.docker/config.json");
    assert.equal(found.secret, "hunter2");
    const asked = (name: string) =>
      Deno.readTextFileSync(join(home.folder, `bin/docker-credential-${name}.asked`));
    assert.equal(asked("mine"), "ghcr.io");
    assert.equal((await home.find("docker.io")).secret, "idt");
    assert.equal(asked("store"), "https://index.docker.io/v1/");
  },
);

toolTest(
  { name: "find() falls back to the file's entries where a helper has nothing", ...SHELL },
  async () => {
    await using home = new Home();
    home.helper("empty", 'echo "credentials not found in native keychain"; exit 1');
    home.write(".docker/config.json", {
      credsStore: "empty",
      auths: { "ghcr.io": { auth: btoa("file:hunter2") } },
    });
    const { who, notes } = await home.find();
    assert.equal(who, "file of ~/.docker/config.json");
    assert.deepEqual(notes, []);
  },
);

const BROKEN: readonly (readonly [script: string, note: string])[] = [
  ["echo hunter2 >&2; exit 3", "it ended with exit code 3"],
  ["echo hunter2", "its answer is no JSON object"],
  [`echo '["hunter2"]'`, "its answer is no JSON object"],
  [`echo '{"Secret":"hunter2"}'`, "its answer has no Username and Secret"],
  ["head -c 2000000 /dev/zero", "its answer is too long"],
];

for (const [script, note] of BROKEN) {
  toolTest({ name: `find() notes of a helper that ${note}`, ...SHELL }, async () => {
    await using home = new Home();
    home.helper("broken", script).write(".docker/config.json", { credsStore: "broken" });
    const { who, notes } = await home.find();
    assert.equal(who, undefined);
    assert.deepEqual(notes, [
      `docker-credential-broken of ~/.docker/config.json gave nothing: ${note}`,
    ]);
  });
}

toolTest(
  { name: "find() notes a helper that is missing, or whose name is no name", ...SHELL },
  async () => {
    await using home = new Home();
    for (
      const [helper, note] of [["nowhere", "it is not on PATH"], [
        "../x",
        "its name is no program's",
      ]]
    ) {
      home.write(".docker/config.json", { credsStore: helper });
      const { notes } = await home.find();
      assert.deepEqual(notes, [
        `docker-credential-${helper} of ~/.docker/config.json gave nothing: ${note}`,
      ]);
    }
  },
);

toolTest({
  name: "find() ends a helper that takes too long, and one that nobody waits for",
  ...SHELL,
}, async () => {
  await using home = new Home();
  home.helper("slow", 'echo $$ > "$0.pid"; exec sleep 60');
  home.write(".docker/config.json", { credsStore: "slow" });
  const pidFile = join(home.folder, "bin/docker-credential-slow.pid");
  const isAlive = async () => {
    const pid = (await Deno.readTextFile(pidFile)).trim();
    const { success } = await new Deno.Command("kill", { args: ["-0", pid], stderr: "null" })
      .output();
    return success;
  };
  const patient = createCredentials({ environment: home.environment(), helperMs: 1000 });
  const wanted = { registry: "ghcr.io", repository: "a" };
  const { notes } = await patient.find(wanted);
  assert.match(notes[0]!, /gave nothing: it took longer than 1 s$/);
  assert.equal(await isAlive(), false);
  const reason = new Error("stop");
  const stop = new AbortController();
  await Deno.remove(pidFile);
  const credentials = createCredentials({ environment: home.environment() });
  const asked = credentials.find(wanted, { signal: stop.signal });
  await until(() => Deno.stat(pidFile).then(({ size }) => size > 0, () => false));
  stop.abort(reason);
  await assert.rejects(asked, reason);
  assert.equal(await isAlive(), false);
});
