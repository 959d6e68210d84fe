import assert from "node:assert/strict";
import {
  type Check,
  type CheckFacts,
  doctorReport,
  failuresOfChecks,
  runChecks,
} from "../../src/checks/mod.ts";
import { PREREQUISITES } from "../../src/checks/prerequisites.ts";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { hostAdvice } from "../../src/rcc/mod.ts";
import { GOOD_FACTS } from "./facts.ts";

function found(changes: Partial<CheckFacts>): ReadonlyMap<string, Check> {
  const checks = runChecks({ ...GOOD_FACTS, ...changes });
  return new Map(checks.map((check) => [check.name, check]));
}

function check(name: string, changes: Partial<CheckFacts>): Check {
  return found(changes).get(name)!;
}

/** Names of the checks that are not all right. */
function troubled(changes: Partial<CheckFacts>): readonly string[] {
  return [...found(changes).values()].filter(({ status }) => status !== "ok").map(({ name }) =>
    name
  );
}

const ABSENT = new Failure(
  "environment/catalog-not-found",
  "failed to find environment: none there",
);
const DAMAGED = new Failure("environment/catalog-invalid", "failed to read catalog: damaged");
const HOST = GOOD_FACTS.host;

/** One thing wrong after another: which check says it, as what, and with which failures. */
const FAULTS: readonly {
  readonly name: string;
  readonly changes: Partial<CheckFacts>;
  readonly ids: readonly string[];
  readonly cure: RegExp;
}[] = [
  {
    name: "robot",
    changes: {
      robot: {
        error: new Failures([
          new Failure("robot/yaml", "failed to read one, write YAML"),
          new Failure("robot/file", "failed to read two, write YAML"),
        ]),
      },
    },
    ids: ["robot/yaml", "robot/file"],
    cure: /write YAML/,
  },
  {
    name: "files",
    changes: {
      files: [
        { what: "library of --hololib", path: "/no/lib", problem: "no such file" },
        { what: "rcc of --rcc-exec", path: "/no/rcc", problem: "the system says EACCES" },
      ],
    },
    ids: ["usage/file", "usage/file"],
    cure: /"\/no\/lib": no such file, name a file that you can read/,
  },
  {
    name: "environment",
    changes: { environment: { error: DAMAGED } },
    ids: ["environment/catalog-invalid"],
    cure: /failed to read catalog: damaged/,
  },
  {
    name: "rcc of this host",
    changes: { environment: { toResolve: "not built yet" }, hostRcc: {} },
    ids: ["rcc/host"],
    cure: /put rcc on PATH, or name a library .* with --hololib/,
  },
  {
    name: "rcc of the image",
    changes: {
      rcc: { error: new Failure("rcc/not-found", "failed to find rcc: give --rcc-exec") },
    },
    ids: ["rcc/not-found"],
    cure: /--rcc-exec/,
  },
  {
    name: "registries",
    changes: {
      registries: [
        { host: "ghcr.io", use: "push", problem: "ghcr.io:443 refused the connection" },
        { host: "registry-1.docker.io", use: "pull", problem: "host is not known" },
      ],
    },
    ids: ["base/registry-connection", "base/registry-connection"],
    cure: /"ghcr\.io" to push: ghcr\.io:443 refused the connection, or write the image with --save/,
  },
  {
    name: "outputs",
    changes: {
      outputs: [{
        where: "/no/image.tar",
        error: new Failure("output/unwritable", "failed to write, make it first"),
      }],
    },
    ids: ["output/unwritable"],
    cure: /make it first/,
  },
  {
    name: "cache folder",
    changes: {
      folders: [{
        use: "cache",
        path: "/ro",
        error: new Failure(
          "output/read-only",
          "failed to write: it is read-only, set RCC_OCI_CACHE",
        ),
      }],
    },
    ids: ["output/read-only"],
    cure: /set RCC_OCI_CACHE/,
  },
  {
    name: "temporary folder",
    changes: {
      folders: [{
        use: "temporary",
        path: "/tmp",
        error: new Failure("output/unwritable", "failed to write: it is not writable, set TMPDIR"),
      }],
    },
    ids: ["output/unwritable"],
    cure: /set TMPDIR/,
  },
  {
    name: "disk space",
    changes: { space: GOOD_FACTS.space.map((fact) => ({ ...fact, freeBytes: 2.9e8 })) },
    ids: ["output/no-space"],
    cure: /free some, or write elsewhere with --save/,
  },
  {
    name: "open files",
    changes: {
      host: {
        ...HOST,
        openFiles: new Failure("rcc/open-files", "failed to begin: raise the limit"),
      },
    },
    ids: ["rcc/open-files"],
    cure: /raise the limit/,
  },
  {
    name: "base image",
    changes: { base: { error: new Failure("base/not-found", "failed to read: name another") } },
    ids: ["base/not-found"],
    cure: /name another/,
  },
  {
    name: "image",
    changes: {
      image: {
        error: new Failures([
          new Failure("base/volume", "failed to plan one, use another base"),
          new Failure("environment/blob-missing", "failed to find two, build it again"),
        ]),
      },
    },
    ids: ["base/volume", "environment/blob-missing"],
    cure: /use another base/,
  },
  {
    name: "clock",
    changes: { host: { ...HOST, now: new Date(0) } },
    ids: ["rcc/clock"],
    cure: /set the clock/,
  },
];

Deno.test("runChecks() finds nothing wrong with a good host", () => {
  assert.deepEqual(troubled({}), []);
  assert.deepEqual(failuresOfChecks(runChecks(GOOD_FACTS)), []);
  assert.equal(runChecks(GOOD_FACTS).length, PREREQUISITES.length);
});

for (const { name, changes, ids, cure } of FAULTS) {
  Deno.test(`runChecks() says what is wrong with the ${name}, and what helps`, () => {
    const verdict = check(name, changes);
    assert.equal(verdict.status, "failed");
    assert.deepEqual(failuresOfChecks([verdict]).map(({ id }) => id), ids);
    assert.match(verdict.cure ?? verdict.message, cure);
    const all = failuresOfChecks([verdict]).map(({ message }) => message).join("\n");
    assert.match(all, cure);
    assert.doesNotMatch(verdict.message, /\n/);
    const others = troubled(changes).filter((other) => other !== name);
    const expected = name === "rcc of this host"
      ? ["environment"]
      : /folder$/.test(name)
      ? [name === "cache folder" ? "temporary folder" : "cache folder"]
      : [];
    assert.deepEqual(others, expected, "nothing else is wrong");
  });
}

Deno.test("runChecks() finds all at once, and a report says each", () => {
  const changes: Partial<CheckFacts> = Object.assign(
    {},
    ...FAULTS.filter(({ name }) => name !== "environment").map(({ changes }) => changes),
    {
      folders: FAULTS.flatMap(({ changes }) => changes.folders ?? []),
      environment: { toResolve: "not built yet" },
      host: Object.assign({}, ...FAULTS.map(({ changes }) => changes.host)),
    },
  );
  const checks = [...found(changes).values()];
  const failed = checks.filter(({ status }) => status === "failed").map(({ name }) => name);
  const expected = FAULTS.map(({ name }) => name).filter((name) => name !== "environment");
  assert.deepEqual(failed.toSorted(), expected.toSorted());
  const { lines, json } = doctorReport(checks);
  const text = lines.join("\n");
  for (const one of checks.filter(({ status }) => status === "failed")) {
    const said = one.cure === undefined
      ? failuresOfChecks([one]).map(({ message }) => message)
      : [one.message, one.cure];
    for (const line of said) assert.ok(text.includes(line), `${line} stands in the table`);
  }
  assert.equal(json.ok, false);
});

Deno.test("checkCatalog lets rcc resolve an environment that nobody has built", () => {
  const environment = { toResolve: "not built yet" };
  const verdict = check("environment", { environment });
  assert.deepEqual([verdict.status, verdict.failure], ["skipped", undefined]);
  assert.equal(verdict.message, "not built yet, rcc is going to resolve it");
  assert.equal(check("rcc of this host", { environment }).status, "ok");
});

Deno.test("an environment that was named, and is not there, is a failure", () => {
  const verdict = check("environment", { environment: { error: ABSENT }, hostRcc: {} });
  assert.deepEqual([verdict.status, verdict.failure], ["failed", ABSENT]);
});

for (const [hostOs, name] of [["win32", "Windows/amd64"], ["darwin", "macOS/amd64"]] as const) {
  Deno.test(`checkHostPlatform warns on ${name}, and names the ways to an environment`, () => {
    const host = { ...HOST, platform: name, advice: hostAdvice(hostOs) };
    const platform = check("platform", { host, environment: { error: ABSENT } });
    assert.equal(check("platform", { host }).cure, undefined, "there is an environment");
    assert.equal(platform.status, "warning");
    assert.match(
      platform.message,
      new RegExp(`^this host is ${name} and the image is linux/amd64`),
    );
    assert.match(platform.cure!, /hololib\.zip.*--hololib.*RCC_REMOTE_ORIGIN/);
    assert.equal(platform.failure, undefined);
  });
}

Deno.test("checkBase says when layers will be downloaded", () => {
  const base = { found: { name: "debian:12", isRead: false } };
  assert.equal(check("base image", { base }).message, "debian:12, its layers will be downloaded");
});

Deno.test("checkCatalog warns of an environment with files of other systems", () => {
  const environment = { hash: "00", library: "/lib", warnings: ["files for Windows"] };
  const verdict = check("environment", { environment: { found: environment } });
  assert.deepEqual([verdict.status, verdict.failure], ["warning", undefined]);
  assert.match(verdict.message, /files for Windows/);
});

Deno.test("a check of what is not needed is skipped", () => {
  const changes: Partial<CheckFacts> = {
    robot: { notNeeded: "none was named" },
    environment: { notNeeded: "a shell robot needs none" },
    rcc: { notNeeded: "no image is made" },
    base: { notNeeded: "no image is made" },
    image: { notNeeded: "no image is made" },
    hostRcc: {},
    files: [],
    outputs: [],
    folders: [],
    space: [],
    registries: [],
  };
  const verdicts = Map.groupBy(found(changes).values(), ({ status }) => status);
  assert.deepEqual([...verdicts.keys()].toSorted(), ["ok", "skipped"]);
  const always = verdicts.get("ok")!.map(({ name }) => name);
  assert.deepEqual(always, ["platform", "clock", "open files"], "all others are skipped");
});

Deno.test("checkSpace adds up what goes to one file system, and keeps others apart", () => {
  const [cache, image] = GOOD_FACTS.space;
  const space = (first: number, second: number, device = "1") => [
    { ...cache!, freeBytes: first, neededBytes: 100_000_000 },
    { ...image!, freeBytes: second, neededBytes: 200_000_000, device },
  ];
  assert.equal(check("disk space", { space: space(3e8 - 1, 3e8 - 1) }).status, "failed");
  assert.equal(check("disk space", { space: space(3e8, 3e8) }).status, "warning");
  assert.equal(check("disk space", { space: space(3.6e8, 3.6e8) }).status, "ok");
  assert.equal(check("disk space", { space: space(1.2e8, 2.4e8, "2") }).status, "ok");
  const [first, second] = space(1, 2, "2");
  const { failure, message } = check("disk space", {
    space: [first!, { ...second!, neededBytes: 62_495_400_000 }],
  });
  assert.ok(failure instanceof Failures);
  assert.equal(
    message,
    `about 100 MB are needed for layers in the cache at "/home/me/.cache/rcc-oci", 1 B are free; ` +
      `about 62.5 GB are needed for the image at "/robots/mine/image.tar", 2 B are free`,
  );
});

Deno.test("checkClock believes no clock of another age, and doubts one that a registry contradicts", () => {
  const at = (now: string, remoteNow?: string) =>
    check("clock", {
      host: {
        ...HOST,
        now: new Date(now),
        remoteNow: remoteNow === undefined ? undefined : new Date(remoteNow),
      },
    }).status;
  assert.equal(at("2024-12-31T23:59:59Z"), "failed");
  assert.equal(at("2025-01-01T00:00:00Z"), "ok");
  assert.equal(at("2100-01-01T00:00:00Z"), "failed");
  assert.equal(at("no time"), "failed");
  assert.equal(at("2026-02-03T04:00:00Z", "2026-02-03T04:05:00Z"), "ok");
  assert.equal(at("2026-02-03T04:00:00Z", "2026-02-03T04:05:01Z"), "warning");
  assert.equal(at("2026-02-03T04:00:00Z", "2026-02-03T03:54:59Z"), "warning");
});

Deno.test("doctorReport() is a table with cures below the rows, and the same as JSON", () => {
  const { lines, json } = doctorReport([
    { name: "clock", status: "ok", message: "12:00" },
    { name: "platform", status: "warning", message: "Windows", cure: "use Linux" },
    {
      name: "robot",
      status: "failed",
      message: "one; two",
      failure: new Failures([new Failure("robot/yaml", "one"), new Failure("robot/yaml", "two")]),
    },
    { name: "rcc", status: "skipped", message: "not needed" },
  ]);
  assert.deepEqual(lines, [
    "clock     ok       12:00",
    "platform  warning  Windows",
    "                   use Linux",
    "robot     FAILED   one",
    "                   two",
    "rcc       -        not needed",
  ]);
  assert.deepEqual(json, {
    ok: false,
    checks: [
      { name: "clock", status: "ok", message: "12:00" },
      { name: "platform", status: "warning", message: "Windows", cure: "use Linux" },
      { name: "robot", status: "failed", message: "one; two", ids: ["robot/yaml"] },
      { name: "rcc", status: "skipped", message: "not needed" },
    ],
  });
  assert.deepEqual(doctorReport([]), { lines: [], json: { ok: true, checks: [] } });
});
