/**
 * What can go wrong with a registry, through the program: it ends well, or with exit code 6 and one
 * line that says where, what and what would help. Nothing partial stays, and no secret is shown.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { encodeJson } from "../../src/oci/mod.ts";
import { busyboxBase } from "../support/bases.ts";
import { type BuiltRobot, builtRobot } from "../support/built_robot.ts";
import { requireNoSecrets, requireWholeCache } from "../support/cache_state.ts";
import {
  breakUploadAfter,
  type Fault,
  fault,
  type FaultyExchange,
  type FaultyRegistry,
  type FaultyRegistryOptions,
  serveRegistry,
  status,
} from "../support/faulty_registry.ts";
import { putLayout } from "../support/put_layout.ts";
import { NO_DIGEST, PASSWORD, USERNAME } from "../support/registry_scene.ts";
import { serveTokens } from "../support/token_server.ts";
import { toolTest } from "../support/tools.ts";

const MIB = 1024 * 1024;
const MANIFEST = /\/manifests\//;
const BLOB = /\/blobs\/sha256/;
const SESSIONS = /\/blobs\/uploads\/$/;
const UPLOAD = /\/blobs\/uploads\/.+/;

/** One fault, and how a build that meets it ends. */
interface Row {
  readonly name: string;
  readonly faults?: () => readonly Fault[];
  readonly options?: FaultyRegistryOptions;
  readonly args?: readonly string[];
  /** What the line of the failure says after the image's name; without it the build ends well. */
  readonly fails?: RegExp;
}

/** A fault for the base's layer alone: its config is a small blob. */
function layerFault(
  answer: (exchange: FaultyExchange) => unknown,
  { times = Infinity } = {},
): Fault {
  const found = fault("GET", BLOB, { times, answer });
  return (exchange) => {
    const { registry, logged } = exchange;
    return largestBlob(registry, logged.path) === largestBlob(registry) && found(exchange);
  };
}

const send =
  (bytes: (blob: Uint8Array) => Uint8Array) => ({ response, registry, logged }: FaultyExchange) =>
    void response.writeHead(200).end(bytes(largestBlob(registry, logged.path)));

function largestBlob({ blobs }: FaultyRegistry, path = ""): Uint8Array {
  const named = blobs.get(path.split("/").at(-1) as `sha256:${string}`);
  return named ?? [...blobs.values()].sort((a, b) => b.length - a.length)[0]!;
}

const breakAfter = (bytes: number) => ({ response, registry, logged }: FaultyExchange) => {
  const blob = largestBlob(registry, logged.path);
  response.writeHead(200, { "content-length": String(blob.length) });
  response.write(blob.subarray(0, bytes), () => response.socket?.destroy());
};

const endless = ({ response }: FaultyExchange) => {
  const chunk = new Uint8Array(65536);
  const more = () => void (response.destroyed || response.write(chunk, more));
  more();
};

/** Whatever is asked for, by HEAD or GET. */
const asking = (path: RegExp, answer: (exchange: FaultyExchange) => unknown) => [
  fault("HEAD", path, { answer }),
  fault("GET", path, { answer }),
];

/** Retry-After as a date, a moment from now. */
const soon = (exchange: FaultyExchange) =>
  status(429, { "retry-after": new Date(Date.now() + 1000).toUTCString() })(exchange);

const challenge = { "www-authenticate": "Basic realm=x" };

const PULLS: readonly Row[] = [
  {
    name: "a break in the middle of a layer",
    faults: () => [layerFault(breakAfter(100_000), { times: 3 })],
  },
  {
    name: "416 to the range after a break",
    faults: () => [
      layerFault(breakAfter(100_000), { times: 2 }),
      layerFault(status(416), { times: 1 }),
    ],
  },
  {
    name: "401 to the right password",
    faults: () => asking(MANIFEST, status(401, challenge)),
    fails:
      /: registry HOST answered 401 to HEAD \/v2\/base\/manifests\/1; the credentials of RCC_OCI_USERNAME and RCC_OCI_PASSWORD were refused, correct them$/,
  },
  {
    name: "403",
    faults: () => asking(MANIFEST, status(403)),
    fails: /: registry HOST answered 403 to GET .*; the credentials of RCC_OCI_USERNAME .* ask for/,
  },
  {
    name: "404 for the manifest",
    faults: () => asking(MANIFEST, status(404)),
    fails: /: registry HOST answered 404 to GET .*; check the image's name and tag$/,
  },
  {
    name: "404 for a layer",
    faults: () => [layerFault(status(404))],
    fails: /: registry HOST answered 404 to GET .*; the image there lacks a part, push it again/,
  },
  {
    name: "429 with Retry-After in seconds",
    faults: () => [
      fault("HEAD", MANIFEST, { times: 1, answer: status(429, { "retry-after": "1" }) }),
    ],
  },
  {
    name: "429 with Retry-After as a date",
    faults: () => [layerFault(soon, { times: 1 })],
  },
  {
    name: "500 twice, then well",
    faults: () => [layerFault(status(500), { times: 2 })],
  },
  {
    name: "a truncated layer",
    faults: () => [layerFault(send((blob) => blob.subarray(0, 3000)))],
    fails: /: GET http:\/\/HOST\/v2\/base\/blobs\/.* request failed .*: its answer ended after/,
  },
  {
    name: "a longer layer",
    faults: () => [
      layerFault(send((blob) => new Uint8Array([...blob, 0]))),
    ],
    fails: /: registry HOST answered GET .* with more than the \d+ bytes that the manifest states/,
  },
  {
    name: "an altered layer",
    faults: () => [layerFault(send((blob) => blob.with(100, blob[100]! ^ 1)))],
    fails:
      /: registry HOST answered GET .* with other bytes: expected sha256 .*; they were altered/,
  },
  {
    name: "a manifest of 100 MB",
    faults: () => [
      fault("HEAD", MANIFEST, { answer: status(405) }),
      fault("GET", MANIFEST, { answer: send(() => new Uint8Array(100_000_000)) }),
    ],
    fails: /: registry HOST answered GET .* with more than 4 MiB; no manifest is so large/,
  },
  {
    name: "a layer that never ends",
    faults: () => [layerFault(endless)],
    fails: /: registry HOST answered GET .* with more than the \d+ bytes/,
  },
  {
    name: "a manifest that never ends",
    faults: () => [
      fault("HEAD", MANIFEST, { answer: status(405) }),
      fault("GET", MANIFEST, { answer: endless }),
    ],
    fails: /: registry HOST answered GET .* with more than 4 MiB/,
  },
  {
    name: "a Docker-Content-Digest that lies",
    faults: () => [
      fault("HEAD", MANIFEST, { answer: status(405) }),
      fault("GET", MANIFEST, {
        answer: ({ response, registry }) => {
          const { bytes } = registry.manifests.get("base:1")!;
          response.writeHead(200, { "docker-content-digest": NO_DIGEST }).end(bytes);
        },
      }),
    ],
    fails: /: registry HOST answered GET .* under Docker-Content-Digest: sha256:0{64}; one of them/,
  },
  {
    name: "an error that repeats the password",
    faults: () => [
      fault("HEAD", MANIFEST, { answer: status(405) }),
      fault("GET", MANIFEST, {
        answer: ({ response, logged: { headers } }) => {
          const message = `got ${headers.authorization}`;
          response.writeHead(418).end(encodeJson({ errors: [{ code: "ECHO", message }] }));
        },
      }),
    ],
    fails: /: registry HOST answered 418 \(ECHO\) to GET/,
  },
];

const stuck = async ({ request, response, logged }: FaultyExchange) => {
  for await (const chunk of request as AsyncIterable<Uint8Array>) logged.received += chunk.length;
  response.writeHead(202, { location: logged.path, range: "0-0" }).end();
};

/** Takes a chunk as it should, and answers 201. */
const created = async ({ request, response, logged, registry }: FaultyExchange) => {
  const upload = registry.uploads.get(logged.path.split("/").at(-1)!)!;
  for await (const chunk of request as AsyncIterable<Uint8Array>) upload.add(chunk);
  response.writeHead(201, { location: logged.path, range: `0-${upload.size - 1}` }).end();
};

const IN_CHUNKS = ["--chunk-size", "5"];

const PUSHES: readonly Row[] = [
  {
    name: "a break in the middle of an upload",
    faults: () => [fault("PUT", UPLOAD, { times: 2, answer: breakUploadAfter(100) })],
  },
  {
    name: "401 in mid-push",
    faults: () => [fault("PUT", UPLOAD, { times: 1, answer: status(401, challenge) })],
  },
  {
    name: "403",
    faults: () => [fault("POST", SESSIONS, { answer: status(403) })],
    fails:
      /: registry HOST answered 403 to POST .*; the credentials of RCC_OCI_USERNAME .* ask for/,
  },
  {
    name: "404 for the repository",
    faults: () => [fault("POST", SESSIONS, { answer: status(404) })],
    fails: /: registry HOST answered 404 to POST .*; check the name, or create the repository bot/,
  },
  {
    name: "416 to a chunk",
    args: IN_CHUNKS,
    faults: () => [fault("PATCH", UPLOAD, { times: 1, answer: status(416) })],
  },
  {
    name: "429 with Retry-After in seconds",
    faults: () => [fault("PUT", UPLOAD, { times: 1, answer: status(429, { "retry-after": "1" }) })],
  },
  {
    name: "429 with Retry-After as a date",
    faults: () => [fault("PUT", MANIFEST, { times: 1, answer: soon })],
  },
  {
    name: "500 twice, then well",
    faults: () => [fault("POST", SESSIONS, { times: 2, answer: status(500) })],
  },
  {
    name: "201 where 202 is due",
    args: IN_CHUNKS,
    faults: () => [fault("PATCH", UPLOAD, { answer: created })],
  },
  {
    name: "a Range that never moves",
    args: IN_CHUNKS,
    faults: () => [fault("PATCH", UPLOAD, { answer: stuck })],
    fails: /: registry HOST answered 202 to PATCH .*, but stays at 0 of \d+ bytes; .* \(5 tries\)$/,
  },
  { name: "relative addresses of uploads" },
  {
    name: "absolute addresses of uploads",
    options: { location: (path, { host }) => `http://${host}${path}?_state=x` },
  },
  {
    name: "a manifest stored under another digest",
    faults: () => [fault("PUT", MANIFEST, {
      answer: status(201, { "docker-content-digest": NO_DIGEST }),
    })],
    fails: /: registry HOST answered 201 to PUT .* with digest sha256:0{64} where .*; the manifest/,
  },
];

/** Makes a layer of more than one chunk. */
const ROBOT_FILE = randomBytes(6 * MIB);
const BASIC = `${USERNAME}:${PASSWORD}`;
const CREDENTIALS = { RCC_OCI_USERNAME: USERNAME, RCC_OCI_PASSWORD: PASSWORD };

for (const row of PULLS) {
  const ends = row.fails === undefined ? "ends well" : "fails with its cure";
  toolTest(
    { name: `a build ${ends} when its base meets ${row.name}`, needs: ["apt", "cc"] },
    () =>
      withRegistry(row, async ({ robot, registry }) => {
        const args = ["--base-image", `${registry.host}/base:1`, "--save", "image.tar"];
        await endsAsRowSays(row, { robot, registry, args, subject: "pull", image: "base:1" });
        const saved = (await readdir(robot.folder)).includes("image.tar");
        assert.equal(saved, row.fails === undefined);
      }),
  );
}

for (const row of PUSHES) {
  const ends = row.fails === undefined ? "ends well" : "fails with its cure";
  toolTest(
    { name: `a build ${ends} when its push meets ${row.name}`, needs: ["apt", "cc"] },
    () =>
      withRegistry(row, async ({ robot, registry }) => {
        await writeFile(join(robot.robot, "large"), ROBOT_FILE);
        const base = ["--base-image", `oci:${await busyboxBase()}`];
        const args = [...base, "--push", "-t", `${registry.host}/bot:1`, ...row.args ?? []];
        await endsAsRowSays(row, { robot, registry, args, subject: "push", image: "bot:1" });
        assert.equal(registry.manifests.has("bot:1"), row.fails === undefined);
        const inChunks = registry.log.some(({ method }) => method === "PATCH");
        assert.equal(inChunks, row.args === IN_CHUNKS);
      }),
  );
}

interface Scene {
  readonly robot: BuiltRobot;
  readonly registry: FaultyRegistry;
}

async function withRegistry(row: Row, work: (scene: Scene) => Promise<void>): Promise<void> {
  await using robot = await builtRobot();
  await using registry = await serveRegistry({
    basic: BASIC,
    faults: row.faults?.() ?? [],
    ...row.options,
  });
  await putLayout(registry, "base:1", await busyboxBase());
  await work({ robot, registry });
}

interface Ending extends Scene {
  readonly args: readonly string[];
  readonly subject: "pull" | "push";
  readonly image: string;
}

/**
 * Builds, with all that the program can say; one that fails is built once more with what it says to
 * everybody, from a cache of its own and at the same time: both pause between their tries.
 */
async function endsAsRowSays(
  { fails }: Row,
  { robot, registry, args, subject, image }: Ending,
): Promise<void> {
  const plainCache = join(robot.folder, "plain-cache");
  const [{ code, stdout, stderr }, plain] = await Promise.all([
    robot.build([...args, "-v"], { env: CREDENTIALS }),
    fails && robot.build(args, { env: CREDENTIALS, cache: plainCache }),
  ]);
  const texts = [stdout, stderr];
  assert.equal(code, fails === undefined ? 0 : 6, stderr);
  if (fails !== undefined && plain !== undefined) {
    texts.push(plain.stdout, plain.stderr);
    assert.equal(plain.code, 6, plain.stderr);
    const errors = plain.stderr.replaceAll(registry.host, "HOST").trimEnd().split("\n")
      .filter((line) => !/^Warning: |^Pulling base image |^Pushing /.test(line));
    assert.equal(errors.length, 1, plain.stderr);
    assert.ok(errors[0]!.startsWith(`Error: failed to ${subject} "HOST/${image}`), errors[0]);
    assert.match(errors[0]!, fails);
    await requireWholeCache(plainCache);
  }
  await requireWholeCache(robot.cache);
  await requireNoSecrets([PASSWORD, btoa(BASIC)], { texts, folder: robot.folder });
}

toolTest(
  {
    name: "a build takes no credentials to other hosts that a registry names",
    needs: ["apt", "cc"],
  },
  async () => {
    await using storage = await serveRegistry();
    await using robot = await builtRobot();
    await using registry = await serveRegistry({
      basic: BASIC,
      faults: [fault("GET", BLOB, {
        answer: ({ response, logged, registry }) => {
          for (const bytes of registry.blobs.values()) storage.addBlob(bytes);
          response.writeHead(307, { location: `${storage.url.origin}${logged.path}` }).end();
        },
      })],
    });
    await putLayout(registry, "base:1", await busyboxBase());
    const args = ["--base-image", `${registry.host}/base:1`, "--save", "image.tar", "-v"];
    const { code, stderr } = await robot.build(args, { env: CREDENTIALS });
    assert.equal(code, 0, stderr);
    assert.equal(storage.log.length, 2);
    assert.ok(storage.log.every(({ headers }) => headers.authorization === undefined));
  },
);

toolTest(
  {
    name: "a password given by hand goes to the registry that is pushed to alone",
    needs: ["apt", "cc"],
  },
  async () => {
    await using robot = await builtRobot();
    await using target = await serveRegistry({ basic: BASIC });
    await using other = await serveRegistry({ basic: "somebody:else" });
    await putLayout(other, "base:1", await busyboxBase());
    const args = ["--base-image", `${other.host}/base:1`, "--push", "-t", `${target.host}/bot:1`];
    for (
      const given of [
        { env: CREDENTIALS },
        { stdin: `${PASSWORD}\n`, more: ["--username", USERNAME, "--password-stdin"] },
      ]
    ) {
      const { more = [], ...options } = given;
      const { code, stderr } = await robot.build([...args, ...more], options);
      assert.equal(code, 6);
      assert.match(
        stderr,
        /answered 401 to HEAD .*; no credentials were found, log in with `docker/,
      );
    }
    assert.ok(other.log.length > 0);
    assert.ok(other.log.every(({ headers }) => headers.authorization === undefined));

    const auth = { auths: { [other.host]: { auth: btoa("somebody:else") } } };
    await writeFile(join(robot.folder, "config.json"), JSON.stringify(auth));
    const { code, stderr } = await robot.build(args, { env: CREDENTIALS });
    assert.equal(code, 0, stderr);
    const shown = new Set(other.log.map(({ headers }) => headers.authorization));
    assert.deepEqual(shown, new Set([undefined, `Basic ${btoa("somebody:else")}`]));

    const two = ["-t", `${other.host}/bot:1`];
    const refused = await robot.build([...args, ...two], { env: CREDENTIALS });
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /failed to use RCC_OCI_USERNAME and RCC_OCI_PASSWORD for ".*" and/,
    );
  },
);

toolTest(
  {
    name: "a push is called so, and says of each blob whether it was there, mounted or sent",
    needs: ["apt", "cc"],
  },
  async () => {
    await using robot = await builtRobot();
    let isHidden = true;
    await using registry = await serveRegistry({
      faults: [(exchange) => {
        const { logged: { method, path } } = exchange;
        if (!isHidden || method !== "HEAD" || !path.startsWith("/v2/bot/blobs/")) return false;
        status(404)(exchange);
        return true;
      }],
    });
    await putLayout(registry, "base:1", await busyboxBase());
    const args = [
      "--base-image",
      `${registry.host}/base:1`,
      "--push",
      "-t",
      `${registry.host}/bot:1`,
    ];
    const said = async () => {
      const { code, stdout, stderr } = await robot.build(args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Pushing\.\.\. OK$/m);
      assert.doesNotMatch(stdout, /Saving/);
      const lines = stdout.matchAll(
        /^127\.0\.0\.1:\d+\/bot [0-9a-f]{12} [0-9.]+ [kMG]?B: (\w+)$/gm,
      );
      return [...lines].map(([, how]) => how).sort();
    };
    const first = await said();
    assert.deepEqual(new Set(first), new Set(["mounted", "pushed"]));
    assert.equal(first.filter((how) => how === "mounted").length, 1);
    isHidden = false;
    assert.deepEqual(await said(), first.map(() => "exists"));
  },
);

toolTest(
  {
    name: "no password and no token is in what a build prints, keeps or makes",
    needs: ["apt", "cc"],
  },
  async () => {
    await using robot = await builtRobot();
    await using tokens = await serveTokens({ basic: BASIC });
    let pieces = 0;
    await using registry = await serveRegistry({
      tokens,
      // What was given out is worthless in mid-push.
      onReceived: () => void (++pieces === 3 && tokens.expire()),
    });
    await putLayout(registry, "base:1", await busyboxBase());
    const args = ["--base-image", `${registry.host}/base:1`, "-t", `${registry.host}/bot:1`];
    const outputs = ["--push", "--save", "image.tar", "--metadata-file", "metadata.json"];
    const texts: string[] = [];
    for (const verbosity of [["-v"], [], ["-q"], ["--json"]]) {
      const { code, stdout, stderr } = await robot.build([...args, ...outputs, ...verbosity], {
        env: CREDENTIALS,
      });
      assert.equal(code, 0, stderr);
      texts.push(stdout, stderr);
    }
    const shown = registry.log.flatMap(({ headers: { authorization } }) => authorization ?? []);
    const given = new Set(shown.map((header) => header.replace(/^Bearer /, "")));
    assert.ok(given.size >= 2, "tokens were renewed");
    await Deno.mkdir(join(robot.folder, "unpacked"));
    for (const [i, bytes] of [...registry.blobs.values()].entries()) {
      const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
      const path = join(robot.folder, "unpacked", String(i));
      await writeFile(path, isGzip ? gunzipSync(bytes) : bytes);
    }
    await requireNoSecrets([PASSWORD, btoa(BASIC), ...given], { texts, folder: robot.folder });
  },
);
