import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { hostSecrets, readNetrc, redacting } from "../../src/rcc/mod.ts";
import type { HostSecretsOptions } from "../../src/rcc/host_secrets.ts";
import { netrcPasswords } from "../../src/rcc/netrc.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

type Env = Readonly<Record<string, string>>;

function namesAndValues(env: Env, options: HostSecretsOptions = {}): Record<string, string> {
  const found = hostSecrets(env, { exists: () => false, ...options });
  return Object.fromEntries(found.map(({ name, value }) => [value.reveal(), name]));
}

Deno.test("hostSecrets() finds variables that are named like secrets", () => {
  const names = [
    ...["CONDA_TOKEN", "GITHUB_TOKEN", "tokenOfMine", "DB_PASSWORD", "SMTP_PASSWD", "PGPASSWORD"],
    ...["KEY_PASSPHRASE", "CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "API_KEY", "APIKEY"],
    ...["AZURE_CREDENTIALS", "RCC_REMOTE_AUTHORIZATION", "REGISTRY_AUTH", "GITHUB_PAT", "DB_PWD"],
    ...["MY_PASS"],
  ];
  for (const name of names) {
    assert.deepEqual(namesAndValues({ [name]: "s3cr3t-value" }), { "s3cr3t-value": name });
  }
});

Deno.test("hostSecrets() leaves alone what only sounds so, or says nothing", () => {
  const env = {
    ...{ PATH: "/usr/bin", PWD: "/home/me/project", OLDPWD: "/home/me/other", LANG: "C.UTF-8" },
    ...{ XAUTHORITY: "/run/user/1000/xauth", COMPASS: "north-north", PATTERN: "abcdefgh" },
    ...{ USE_TOKEN: "true", TOKEN_LIMIT: "4096", NO_KEY: "none", A_KEY: "abc", EMPTY_TOKEN: "" },
    ...{ SOME_PASSWORD: "password", OTHER_TOKEN: "<token>", THIRD_KEY: "${API_KEY}" },
  };
  assert.deepEqual(namesAndValues(env), {});
});

Deno.test("hostSecrets() takes a path for no secret, when the file is there", () => {
  const env = { SSH_KEY: "/home/me/.ssh/id_ed25519", AWS_SECRET: "/9qb+xJ2/aBcD0123456789" };
  assert.deepEqual(namesAndValues(env, { exists: (path) => path === env.SSH_KEY }), {
    [env.AWS_SECRET]: "AWS_SECRET",
  });
});

Deno.test("hostSecrets() finds passwords and tokens in the addresses of any variable", () => {
  const env = {
    PIP_INDEX_URL: "https://me:f1rst@pypi.test/simple",
    PIP_EXTRA_INDEX_URL: "https://a:s%2Fcond@one.test/ https://b:th@rd@two.test/simple",
    HTTPS_PROXY: "http://user:pr0xy@proxy.test:3128",
    CONDA_CHANNELS: "https://conda.test/t/tk-0123456789/mine,conda-forge",
    SOURCE: "git+https://ghp_0123456789abcdef@github.test/me/it",
    PLAIN: "https://pypi.test/simple git@github.test https://git@github.test/x",
  };
  assert.deepEqual(namesAndValues(env), {
    "f1rst": "PIP_INDEX_URL",
    "s%2Fcond": "PIP_EXTRA_INDEX_URL",
    "s/cond": "PIP_EXTRA_INDEX_URL",
    "th@rd": "PIP_EXTRA_INDEX_URL",
    "pr0xy": "HTTPS_PROXY",
    "tk-0123456789": "CONDA_CHANNELS",
    "ghp_0123456789abcdef": "SOURCE",
  });
});

Deno.test("hostSecrets() finds the passwords of netrc", () => {
  const netrc = `machine a.test login me password hunter2
machine b.test
  login you
  account acc-0123
  password "with \\" quote and space"
macdef init
  password notthis

default login anonymous password last-one`;
  assert.deepEqual(netrcPasswords(netrc), [
    "hunter2",
    "acc-0123",
    'with " quote and space',
    "last-one",
  ]);
  assert.equal(namesAndValues({}, { netrc }).hunter2, "netrc");
  assert.deepEqual(netrcPasswords("machine x login password"), []);
});

Deno.test("readNetrc() reads NETRC, else the file of the home folder", async () => {
  await using folder = await temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  await writeFile(path("_netrc"), "second");
  const env = { HOME: folder.path };
  assert.equal(await readNetrc({ env, hostOs: "linux" }), "second");
  await writeFile(path(".netrc"), "first");
  assert.equal(await readNetrc({ env, hostOs: "linux" }), "first");
  await writeFile(path("own"), "own");
  assert.equal(await readNetrc({ env: { ...env, NETRC: path("own") }, hostOs: "linux" }), "own");
  assert.equal(await readNetrc({ env: { ...env, NETRC: path("no") }, hostOs: "linux" }), undefined);
  assert.equal(await readNetrc({ env: {}, hostOs: "linux" }), undefined);
});

Deno.test("a host's secret shows itself in no text", () => {
  const secrets = hostSecrets({ MY_TOKEN: "s3cr3t-value" });
  assert.ok(
    !`${JSON.stringify(secrets)} ${secrets[0]!.value} ${Deno.inspect(secrets)}`
      .includes("s3cr3t"),
  );
});

Deno.test("redacting() hides secrets however they are written", () => {
  const value = 'a/b "c"+d%e€';
  const redact = redacting(hostSecrets({ MY_TOKEN: value }));
  for (const form of [value, encodeURIComponent(value), encodeURI(value), JSON.stringify(value)]) {
    const line = redact(`before ${form} after`);
    assert.match(line, /^before "?\*\*\*"? after$/);
  }
});

Deno.test("redacting() hides the longer of two secrets of which one begins the other", () => {
  const redact = redacting(hostSecrets({ A_TOKEN: "secret-1", B_TOKEN: "secret-1-and-more" }));
  assert.equal(redact("secret-1-and-more secret-1"), "*** ***");
});

Deno.test("redacting() hides each line of a key", () => {
  const key =
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n-----END PRIVATE KEY-----";
  const redact = redacting(hostSecrets({ SSH_PRIVATE_KEY: key }));
  assert.equal(redact("read MIIEvQIBADANBg"), "read ***");
  assert.equal(redact("read kqhkiG9w0BAQ"), "read ***");
});

Deno.test("redacting() hides credentials in addresses, whoever's they are", () => {
  const redact = redacting([]);
  for (
    const [line, hidden] of [
      ["GET https://me:pw@host/x", "GET https://***@host/x"],
      ["GET https://a:b@c:d@host/x", "GET https://***@host/x"],
      ["GET https://ghp_012@host/x", "GET https://***@host/x"],
      ["conda.test/t/tk-01/mine/linux-64", "conda.test/t/***/mine/linux-64"],
      ["https://host/x?mail=me@there", "https://host/x?mail=me@there"],
      ["a path /t/file and user:password", "a path /t/file and user:password"],
    ] as const
  ) {
    assert.equal(redact(line), hidden);
  }
});

Deno.test("redacting() leaves no secret in any text", () => {
  const secret = fc.string({ minLength: 8, unit: "grapheme" }).filter((text) =>
    text === text.trim()
  );
  fc.assert(fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
    const secrets = hostSecrets({ MY_TOKEN: value }, { exists: () => false });
    fc.pre(secrets.length > 0 && !/^\*+$/.test(value));
    assert.ok(!redacting(secrets)(`${before}${value}${after}`).includes(value));
  }));
});
