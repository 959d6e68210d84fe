import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openLibrary } from "../../src/holotree/mod.ts";
import {
  findRecordedSecrets,
  hostSecrets,
  recordedSecretFailures,
  recordedSecretWarnings,
} from "../../src/rcc/mod.ts";
import type { RecordedSecret } from "../../src/rcc/recorded_secret.ts";
import { SecretSearch } from "../../src/rcc/secret_search.ts";
import type { RobotEntry } from "../../src/robot/mod.ts";
import { fixturePath, TINY_HASH } from "../support/fixtures.ts";
import { writeLibrary } from "../support/library_writer.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const SECRETS = hostSecrets({
  CONDA_TOKEN: "tk-0123456789",
  PIP_INDEX_URL: "https://me:index%2Fpa55@pypi.test/simple",
});

interface Files {
  readonly environment?: Readonly<Record<string, string>>;
  readonly robot?: Readonly<Record<string, string | Uint8Array>>;
}

type Place = Pick<RecordedSecret, "place" | "path" | "kind">;

const placesOf = (found: readonly RecordedSecret[]): readonly Place[] =>
  found.map(({ place, path, kind }) => ({ place, path, kind }));

/** What is found in files of an environment that was recorded, and of a robot. */
async function find({ environment = {}, robot = {} }: Files): Promise<readonly RecordedSecret[]> {
  await using folder = await temporaryFolder();
  const [from, to, own] = ["env", "lib", "robot"].map((name) => join(folder.path, name));
  await write(from!, { "lib/x.txt": "x", ...environment });
  await write(own!, robot);
  const { hash } = await writeLibrary({
    from: from!,
    to: to!,
    home: "/home/dev",
    blueprint: "channels: []",
    mode: "private",
  });
  const library = await openLibrary(to!);
  const { catalog } = await library.readCatalog(hash);
  const robotEntries = Object.keys(robot).map((path): RobotEntry => ({
    type: "file",
    path,
    absolute: join(own!, path),
    size: 0,
    mode: 0o644,
  }));
  return await findRecordedSecrets({
    environment: { catalog, library },
    robotEntries,
    secrets: SECRETS,
  });
}

async function write(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function kindsIn(
  chunks: Iterable<string | Uint8Array>,
  secrets = SECRETS,
): Promise<readonly string[]> {
  const bytes = [...chunks].map((chunk) =>
    typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk
  );
  const found = await new SecretSearch(secrets).find(bytes, { isRecord: true });
  return found.map(({ kind }) => kind);
}

const PASSWORD = "a name and a password in an address (user:password@)";
const TOKEN = "a token in an address (/t/<token>/)";

Deno.test("findRecordedSecrets() finds each secret in what rcc and its tools recorded", async () => {
  const found = await find({
    environment: {
      "rcc_plan.log": "pip install --index-url https://x:other-pa55@pypi.test/simple",
      "conda-meta/a-1.0-0.json": `{"url": "https://c.test/t/tk-0123456789/mine/a-1.0-0.conda"}`,
      "conda-meta/history": "# cmd: create -c https://c.test/t/zz-9876543210/mine",
      "lib/python3.11/site-packages/a-1.dist-info/direct_url.json": `{"url":"https://index/pa55"}`,
      "lib/python3.11/site-packages/a/readme.txt": "tk-0123456789",
    },
  });
  assert.deepEqual(placesOf(found), [
    { place: "environment", path: "conda-meta/a-1.0-0.json", kind: "the value of CONDA_TOKEN" },
    { place: "environment", path: "conda-meta/a-1.0-0.json", kind: TOKEN },
    { place: "environment", path: "conda-meta/history", kind: TOKEN },
    {
      place: "environment",
      path: "lib/python3.11/site-packages/a-1.dist-info/direct_url.json",
      kind: "the value of PIP_INDEX_URL",
    },
    { place: "environment", path: "rcc_plan.log", kind: PASSWORD },
  ]);
});

Deno.test("findRecordedSecrets() finds secrets in the blueprint and in all files of the robot", async () => {
  const found = await find({
    environment: {},
    robot: {
      "conda.yaml": "- --extra-index-url https://me:hunter2@pypi.test/simple",
      "data.bin": new Uint8Array([0, ...new TextEncoder().encode("tk-0123456789 ://a:b@c")]),
      "task.py": "print('hello')",
    },
  });
  assert.deepEqual(placesOf(found), [
    { place: "robot", path: "conda.yaml", kind: PASSWORD },
    { place: "robot", path: "data.bin", kind: "the value of CONDA_TOKEN" },
  ]);
});

Deno.test("findRecordedSecrets() searches what goes into the image in the place of a file", async () => {
  const entry = {
    type: "file",
    path: "conda.yaml",
    absolute: "/none",
    size: 0,
    mode: 0o644,
  } as const;
  const content = new TextEncoder().encode("https://me:hunter2@pypi.test");
  const robotEntries = [{ ...entry, content }];
  const found = await findRecordedSecrets({ robotEntries, secrets: [] });
  assert.deepEqual(placesOf(found)[0], { place: "robot", path: "conda.yaml", kind: PASSWORD });
});

Deno.test("findRecordedSecrets() finds nothing in an environment that RCC itself recorded", async () => {
  const library = await openLibrary(fixturePath("tiny", "hololib.zip"));
  const { catalog } = await library.readCatalog(TINY_HASH);
  const options = { environment: { catalog, library }, robotEntries: [], secrets: SECRETS };
  assert.deepEqual(await findRecordedSecrets(options), []);
});

/** Keeps in memory, and tells how often content was looked for. */
async function keptScene(plan: string) {
  const folder = await temporaryFolder();
  const [from, to] = ["env", "lib"].map((name) => join(folder.path, name));
  await write(from!, { "rcc_plan.log": plan, "lib/x.txt": "x" });
  const blueprint = "channels: []";
  const written = { from: from!, to: to!, home: "/home/dev", blueprint, mode: "private" } as const;
  const { hash } = await writeLibrary(written);
  const library = await openLibrary(to!);
  const { catalog } = await library.readCatalog(hash);
  const scene = { reads: 0, value: undefined as unknown };
  const locate = (digest: string) => {
    scene.reads++;
    return library.locate(digest);
  };
  return {
    scene,
    find: (env: Readonly<Record<string, string>>) =>
      findRecordedSecrets({
        environment: { catalog, library: { path: library.path, locate } },
        robotEntries: [],
        secrets: hostSecrets(env),
        kept: {
          read: () => Promise.resolve(scene.value),
          write: (value) => Promise.resolve(void (scene.value = value)),
        },
      }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("findRecordedSecrets() reads records once, and finds secrets that are set later", async () => {
  await using kept = await keptScene("pip install --token tk-0123456789\n");
  assert.deepEqual(await kept.find({}), []);
  assert.ok(kept.scene.reads > 0);
  kept.scene.reads = 0;
  assert.deepEqual(await kept.find({ OTHER_TOKEN: "another-0123456789" }), []);
  assert.equal(kept.scene.reads, 0);
  const found = await kept.find({ MY_TOKEN: "tk-0123456789" });
  assert.deepEqual(found.map(({ kind }) => kind), ["the value of MY_TOKEN"]);
  assert.ok(kept.scene.reads > 0);
  kept.scene.value = "damaged";
  assert.equal((await kept.find({ MY_TOKEN: "tk-0123456789" })).length, 1);
});

Deno.test("findRecordedSecrets() reads records each time that hold credentials in addresses", async () => {
  await using kept = await keptScene("pip install --index-url https://me:hunter2@host/\n");
  for (let i = 0; i < 2; i++) {
    assert.deepEqual((await kept.find({})).map(({ kind }) => kind), [PASSWORD]);
    assert.equal(kept.scene.value, undefined);
  }
});

Deno.test("findRecordedSecrets() stops when it is interrupted", async () => {
  const library = await openLibrary(fixturePath("tiny", "hololib.zip"));
  const { catalog } = await library.readCatalog(TINY_HASH);
  const signal = AbortSignal.abort(new Error("stop"));
  const options = { environment: { catalog, library }, robotEntries: [], secrets: [], signal };
  await assert.rejects(findRecordedSecrets(options), /stop/);
});

Deno.test("SecretSearch finds what lies on both sides of a border between chunks", async () => {
  const text = `${"x".repeat(100)} tk-0123456789 https://me:hunter2@host/t/zz-98765/c ${
    "y".repeat(100)
  }`;
  const all = ["the value of CONDA_TOKEN", PASSWORD, TOKEN];
  for (let at = 90; at < 170; at++) {
    const kinds = await kindsIn([text.slice(0, at), text.slice(at)]);
    assert.deepEqual([...kinds].sort(), [...all].sort(), `cut at ${at}`);
  }
});

Deno.test("SecretSearch passes over what only shows where a secret belongs", async () => {
  for (
    const text of [
      "https://user:password@host/ https://me:***@host/ https://me:xxxx@host",
      "https://<user>:<password>@host/ https://${USER}:${PASS}@host https://{user}:{pw}@host",
      "https://$USER:$PASSWORD@host https://%s:%s@host https://:nobody@host/",
      "https://git@github.test/x ssh://me@host/ https://host/?a:b@c",
      "https://c.test/t/<TOKEN>/x https://c.test/t/*****/x /t/12345/ https://t.test/t/word/x",
    ]
  ) {
    assert.deepEqual(await kindsIn([text]), [], text);
  }
});

Deno.test("SecretSearch finds a secret with letters of any alphabet, however it is written", async () => {
  const value = 'schlüssel/"€"';
  const secrets = hostSecrets({ MY_TOKEN: value });
  for (const text of [value, JSON.stringify(value), encodeURIComponent(value), encodeURI(value)]) {
    assert.deepEqual(await kindsIn([`a ${text} b`], secrets), ["the value of MY_TOKEN"]);
  }
});

Deno.test("SecretSearch says where the first of each kind stands, whatever the chunks are", async () => {
  const text = `a\nä b https://me:hunter2@host/\r\n${"x".repeat(9000)}\nüü tk-0123456789 ` +
    "https://me:hunter3@host/ tk-0123456789";
  const bytes = new TextEncoder().encode(text);
  const expected = [
    { kind: PASSWORD, isCertain: false, line: 2, column: 5 },
    { kind: "the value of CONDA_TOKEN", isCertain: true, line: 4, column: 4 },
  ];
  for (const size of [1, 7, 5000, bytes.length]) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.subarray(i * size, (i + 1) * size),
    );
    const found = await new SecretSearch(SECRETS).find(chunks, { isRecord: false });
    assert.deepEqual(found.toSorted((a, b) => a.line - b.line), expected, `${size}`);
  }
});

const AT = { line: 3, column: 5 };

Deno.test("recordedSecretFailures() names file and kind, and how to go on", () => {
  const failures = recordedSecretFailures([
    {
      place: "environment",
      path: "rcc_plan.log",
      kind: "the value of PIP_INDEX_URL",
      isCertain: true,
      ...AT,
    },
    { place: "environment", path: "rcc_plan.log", kind: PASSWORD, isCertain: false, ...AT },
    { place: "robot", path: "a.py", kind: "the value of MY_TOKEN", isCertain: true, ...AT },
    { place: "robot", path: "conda.yaml", kind: PASSWORD, isCertain: false, ...AT },
  ]);
  assert.deepEqual(failures.map(({ id, message }) => [id, message]), [
    [
      "environment/recorded-secret",
      `failed to pack "rcc_plan.log" of the environment: found the value of PIP_INDEX_URL, change ` +
      `it where it was valid, and build the environment again without it, or add ` +
      `--allow-recorded-secrets`,
    ],
    [
      "environment/recorded-secret",
      `failed to pack "rcc_plan.log" of the environment: found ${PASSWORD}, change ` +
      `it where it was valid, and build the environment again without it, or add ` +
      `--allow-recorded-secrets`,
    ],
    [
      "environment/recorded-secret",
      `failed to pack "a.py" of the robot: found the value of MY_TOKEN, remove it from the file, ` +
      `or leave the file out with --exclude, or add --allow-recorded-secrets`,
    ],
  ]);
});

Deno.test("findRecordedSecrets() says which file of the robot went away meanwhile", async () => {
  const robotEntries = [
    { type: "file", path: "bot.py", absolute: "/nowhere/bot.py", size: 1, mode: 0o644 },
  ] as const;
  await assert.rejects(findRecordedSecrets({ robotEntries, secrets: SECRETS }), {
    name: "Failure",
    id: "robot/file",
    message: /^failed to pack "bot.py": .*, build again when it no longer changes$/,
  });
});

Deno.test("recordedSecretWarnings() names the place of what only looks like a secret", () => {
  assert.deepEqual(
    recordedSecretWarnings([
      { place: "robot", path: "a b.yml", kind: PASSWORD, isCertain: false, ...AT },
      { place: "robot", path: "a.py", kind: "the value of MY_TOKEN", isCertain: true, ...AT },
      { place: "environment", path: "x.json", kind: TOKEN, isCertain: false, ...AT },
    ]),
    [
      `"a b.yml:3:5" has what looks like ${PASSWORD} and goes into the image, ` +
      `leave it out with "ignoreFiles" or --exclude`,
    ],
  );
});
