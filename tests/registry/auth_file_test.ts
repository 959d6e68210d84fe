import assert from "node:assert/strict";
import { join } from "node:path";
import { findEntry, findHelper, normalScope, readAuthFile } from "../../src/registry/auth_file.ts";
import { makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn } from "../support/tools.ts";

async function read(value: unknown) {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, typeof value === "string" ? value : JSON.stringify(value));
    return (await readAuthFile(path, "~/auth.json"))!;
  } finally {
    await Deno.remove(path);
  }
}

const find = async (auths: unknown, registry: string, repository = "a/b") =>
  findEntry(await read({ auths }), { registry, repository })?.credential;

Deno.test("readAuthFile() reads user and password, in one text and in two", async () => {
  for (const auth of [{ auth: btoa("me:p:ss") }, { username: "me", password: "p:ss" }]) {
    const credential = await find({ "ghcr.io": auth }, "ghcr.io");
    assert.equal(credential?.username, "me");
    assert.equal(credential?.secret.reveal(), "p:ss");
    assert.equal(credential?.kind, "password");
    assert.equal(credential?.source, "~/auth.json");
  }
});

Deno.test("readAuthFile() reads identity tokens", async () => {
  const given = { "acr.test": { auth: btoa("00000000-0000:"), identitytoken: "idt" } };
  const credential = await find(given, "acr.test");
  assert.deepEqual([credential?.kind, credential?.secret.reveal()], ["identity-token", "idt"]);
  const named = await find({ "acr.test": { auth: btoa("<token>:idt") } }, "acr.test");
  assert.deepEqual([named?.kind, named?.secret.reveal()], ["identity-token", "idt"]);
});

Deno.test("readAuthFile() reads registry tokens before all else of an entry", async () => {
  const given = { "r.test": { auth: btoa("me:x"), identitytoken: "idt", registrytoken: "rt" } };
  const credential = await find(given, "r.test");
  assert.deepEqual([credential?.kind, credential?.secret.reveal()], ["registry-token", "rt"]);
});

Deno.test("readAuthFile() passes over entries without a secret", async () => {
  for (const auth of [{}, { auth: "" }, { auth: btoa("me:") }, { username: "me" }, null, "x", 5]) {
    assert.equal(await find({ "ghcr.io": auth }, "ghcr.io"), undefined);
  }
});

Deno.test("readAuthFile() removes the zero bytes that some write after the password", async () => {
  const credential = await find({ "ghcr.io": { auth: btoa("me:pass\0\0") } }, "ghcr.io");
  assert.equal(credential?.secret.reveal(), "pass");
});

const SCOPES = [
  ["https://index.docker.io/v1/", "docker.io"],
  ["index.docker.io", "docker.io"],
  ["registry-1.docker.io", "docker.io"],
  ["docker.io", "docker.io"],
  ["https://ghcr.io", "ghcr.io"],
  ["https://ghcr.io/v2/", "ghcr.io"],
  ["http://localhost:5000/", "localhost:5000"],
  ["quay.io/acme/bot", "quay.io/acme/bot"],
  ["docker.io/library", "docker.io/library"],
] as const;

for (const [key, scope] of SCOPES) {
  Deno.test(`normalScope() takes ${key} for ${scope}`, () => {
    assert.equal(normalScope(key), scope);
  });
}

Deno.test("findEntry() takes the longest scope that the repository lies in", async () => {
  const auths = Object.fromEntries(
    ["quay.io", "quay.io/acme", "quay.io/acme/bot", "quay.io/ac", "io"].map((key) => [
      key,
      { auth: btoa(`${key}:x`) },
    ]),
  );
  const cases = [
    ["quay.io", "acme/bot", "quay.io/acme/bot"],
    ["quay.io", "acme/bot/x", "quay.io/acme/bot"],
    ["quay.io", "acme/bots", "quay.io/acme"],
    ["quay.io", "acmes", "quay.io"],
    ["my.quay.io", "acme/bot", undefined],
    ["quay.io:443", "acme/bot", undefined],
  ] as const;
  for (const [registry, repository, expected] of cases) {
    assert.equal((await find(auths, registry, repository))?.username, expected);
  }
});

Deno.test("findHelper() prefers a registry's own helper to the store", async () => {
  const file = await read({
    credsStore: "desktop",
    credHelpers: { "https://ecr.test": "ecr-login" },
  });
  assert.equal(findHelper(file, "ecr.test"), "ecr-login");
  assert.equal(findHelper(file, "ghcr.io"), "desktop");
  assert.equal(findHelper(await read({}), "ghcr.io"), undefined);
});

Deno.test("readAuthFile() takes an empty file, and none, for nothing", async () => {
  assert.deepEqual((await read("")).entries, []);
  assert.equal(await readAuthFile("/nowhere/config.json", "x"), undefined);
  const file = await Deno.makeTempFile();
  assert.equal(await readAuthFile(join(file, "config.json"), "x"), undefined);
  await Deno.remove(file);
});

for (const text of ['{"auths": {"ghcr.io": {"auth": "aHVudGVyMg=="}', "hunter2", "[]", "5"]) {
  Deno.test(`readAuthFile() refuses ${text} without repeating it`, async () => {
    await assert.rejects(read(text), (error: Error) => {
      assert.ok(error instanceof SyntaxError);
      assert.ok(!/hunter|aHVu/.test(Deno.inspect(error)));
      return true;
    });
  });
}

Deno.test({
  ...testOn("readAuthFile() refuses what is no file, and waits for no writer", "no Windows"),
  async fn() {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "config.json");
    await makePipe(path);
    await assert.rejects(readAuthFile(path, "x"), /expected a file, found a pipe/);
    await assert.rejects(readAuthFile("/dev/zero", "x"), /expected at most 16777216 bytes/);
  },
});
