import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { pipeStage, type Stage, terminalStage } from "./stage.ts";
import { DIGEST, SUMMARY } from "./summaries.ts";

const BOTH = new Failures([
  new Failure("robot/not-found", `failed to read "a": none`, { cause: new Error("ENOENT") }),
  new Failure("usage/option", "100% odd"),
]);

/** A build of five phases in 36 seconds, with two layers pulled at once. */
async function build({ reporter, pass }: Stage, during: () => void = () => {}): Promise<void> {
  const wait = (ms: number) => Promise.resolve(pass(ms));
  await reporter.phase("Validating robot", () => wait(50));
  await reporter.phase("Reading environment", async (phase) => {
    await wait(11_000);
    phase.note("3,144 files");
  });
  await reporter.phase("Pulling base image", async (phase) => {
    using layer = phase.task("layer 8a1c", 30e6);
    using other = phase.task("layer 9b2d", 10e6);
    for (let second = 1; second <= 24; second++) {
      layer.add(1e6);
      other.add(second <= 10 ? 1e6 : 0);
      if (second === 10) other.end();
      await wait(1000);
      if (second === 2) during();
    }
    reporter.warn("a blob came slowly");
  });
  await reporter.phase("Layering", async (phase) => {
    phase.note("base");
    phase.note("environment from cache");
    await wait(500);
  });
  const failing = reporter.phase("Saving", async () => {
    await wait(100);
    throw BOTH;
  });
  await assert.rejects(failing, (error) => error === BOTH);
}

function text(...lines: readonly string[]): string {
  return lines.join("\n");
}

Deno.test("a reporter on a terminal of 80 columns shows a live line for each task, below what stays", async () => {
  const stage = terminalStage({ columns: 80 });
  await build(stage, () => {
    assert.equal(stage.screen.isCursorVisible, false);
    assert.equal(
      stage.screen.text,
      text(
        "Validating robot... OK",
        "Reading environment... OK (3,144 files)",
        "layer 8a1c  █▎░░░░░░░░░░░░░░░░░░    6%   2.0 MB/30.0 MB   1.0 MB/s  28 s left",
        "layer 9b2d  ████░░░░░░░░░░░░░░░░   20%   2.0 MB/10.0 MB   1.0 MB/s  8 s left",
      ),
    );
    stage.reporter.warn("in between");
    assert.equal(
      stage.screen.text,
      text(
        "Validating robot... OK",
        "Reading environment... OK (3,144 files)",
        "Warning: in between",
        "layer 8a1c  █▎░░░░░░░░░░░░░░░░░░    6%   2.0 MB/30.0 MB   1.0 MB/s  28 s left",
        "layer 9b2d  ████░░░░░░░░░░░░░░░░   20%   2.0 MB/10.0 MB   1.0 MB/s  8 s left",
      ),
    );
  });
  assert.equal(
    stage.screen.text,
    text(
      "Validating robot... OK",
      "Reading environment... OK (3,144 files)",
      "Warning: in between",
      "Warning: a blob came slowly",
      "Pulling base image... OK",
      "Layering... OK (base, environment from cache)",
      "Saving... FAILED",
    ),
  );
  assert.equal(stage.screen.isCursorVisible, true);
});

Deno.test("a reporter on a terminal of 40 columns without Unicode fits its lines", async () => {
  const stage = terminalStage({ columns: 40 }, { env: { LANG: "C" } });
  await build(stage, () =>
    assert.equal(
      stage.screen.text,
      text(
        "Validating robot... OK",
        "Reading environment... OK (3,144 files)",
        "layer 8a1c  [------]    6%  28 s left",
        "layer 9b2d  [#-----]   20%  8 s left",
      ),
    ));
});

Deno.test("a reporter on a dumb terminal says at most every ten seconds where a phase is", async () => {
  const stage = terminalStage({ columns: 80 }, { env: { TERM: "dumb" } });
  await build(stage);
  assert.equal(
    stage.screen.text,
    text(
      "Validating robot... OK",
      "Reading environment: 10 s so far",
      "Reading environment... OK (3,144 files)",
      "Pulling base image (1 of 2 done): 20.0 MB of 40.0 MB, 50%, 1.0 MB/s, 20 s left",
      "Pulling base image (1 of 2 done): 30.0 MB of 40.0 MB, 75%, 1.0 MB/s, 10 s left",
      "Warning: a blob came slowly",
      "Pulling base image... OK",
      "Layering... OK (base, environment from cache)",
      "Saving... FAILED",
    ),
  );
});

Deno.test("a reporter without a terminal writes results to stdout, all else to stderr, without an escape", async () => {
  const stage = pipeStage();
  await build(stage);
  assert.equal(
    stage.stdout(),
    text(
      "Validating robot... OK",
      "Reading environment... OK (3,144 files)",
      "Pulling base image... OK",
      "Layering... OK (base, environment from cache)",
      "Saving... FAILED",
      "",
    ),
  );
  assert.equal(
    stage.stderr(),
    text(
      "Reading environment: 10 s so far",
      "Pulling base image (1 of 2 done): 20.0 MB of 40.0 MB, 50%, 1.0 MB/s, 20 s left",
      "Pulling base image (1 of 2 done): 30.0 MB of 40.0 MB, 75%, 1.0 MB/s, 10 s left",
      "Warning: a blob came slowly",
      "",
    ),
  );
});

Deno.test("a reporter in a job of GitHub groups its lines, and marks warnings and errors", async () => {
  const stage = pipeStage({ env: { GITHUB_ACTIONS: "true", CI: "true" } });
  await build(stage);
  stage.reporter.fail(BOTH);
  assert.equal(
    stage.both(),
    text(
      "::group::Validating robot",
      "::endgroup::",
      "Validating robot... OK",
      "::group::Reading environment",
      "Reading environment: 10 s so far",
      "::endgroup::",
      "Reading environment... OK (3,144 files)",
      "::group::Pulling base image",
      "Pulling base image (1 of 2 done): 20.0 MB of 40.0 MB, 50%, 1.0 MB/s, 20 s left",
      "Pulling base image (1 of 2 done): 30.0 MB of 40.0 MB, 75%, 1.0 MB/s, 10 s left",
      "::warning::a blob came slowly",
      "::endgroup::",
      "Pulling base image... OK",
      "::group::Layering",
      "::endgroup::",
      "Layering... OK (base, environment from cache)",
      "::group::Saving",
      "::endgroup::",
      "Saving... FAILED",
      `::error::failed to read "a": none`,
      "::error::100%25 odd",
      "",
    ),
  );
});

Deno.test("a reporter opens one group at a time for phases that run at once", async () => {
  const { reporter, both } = pipeStage({ env: { GITHUB_ACTIONS: "true" } });
  const first = Promise.withResolvers<void>();
  const outer = reporter.phase("First", () => first.promise);
  await reporter.phase("Second", () => Promise.resolve());
  first.resolve();
  await outer;
  assert.equal(
    both(),
    text("::group::First", "Second... OK", "::endgroup::", "First... OK", ""),
  );
});

Deno.test("a quiet reporter prints names with digest alone, and warnings", async () => {
  const stage = pipeStage({ mode: "quiet" });
  await build(stage);
  stage.reporter.finish({ ...SUMMARY, references: ["a/b:1", "a/b:2"] });
  assert.equal(stage.stdout(), `a/b:1@${DIGEST}\na/b:2@${DIGEST}\n`);
  assert.equal(stage.stderr(), "Warning: a blob came slowly\n");
  assert.equal(stage.timers(), 0);
});

Deno.test("a quiet reporter draws nothing on a terminal", async () => {
  const stage = terminalStage({ columns: 80 }, { mode: "quiet" });
  await build(stage, () => assert.equal(stage.screen.text, ""));
});

Deno.test("a JSON reporter writes one document to stdout", async () => {
  const stage = pipeStage({ mode: "json" });
  await build(stage);
  stage.reporter.finish(SUMMARY);
  assert.deepEqual(JSON.parse(stage.stdout()), SUMMARY.manifest);
  assert.match(stage.stdout(), /\}\n$/);
  assert.match(stage.stderr(), /^Pulling base image/m);
});

Deno.test("finish() in normal mode ends with the summary", () => {
  const { reporter, stdout } = pipeStage();
  reporter.finish(SUMMARY);
  assert.match(stdout(), new RegExp(`^Build complete!\nDigest: ${DIGEST}\n\nImage `));
});

Deno.test("finish() tells warnings that were not told before", () => {
  const { reporter, stderr } = pipeStage();
  reporter.warn("one");
  reporter.finish({ ...SUMMARY, warnings: ["one", "two"] });
  assert.equal(stderr(), "Warning: one\nWarning: two\n");
  assert.deepEqual(reporter.warnings, ["one", "two"]);
});

Deno.test("a reporter keeps how long each phase took", async () => {
  const stage = pipeStage();
  await build(stage);
  assert.deepEqual(stage.reporter.phases.map(({ title, ms }) => `${title} ${ms}`), [
    "Validating robot 50",
    "Reading environment 11000",
    "Pulling base image 24000",
    "Layering 500",
    "Saving 100",
  ]);
});

Deno.test("phase() returns what its work returns", async () => {
  const { reporter } = pipeStage();
  assert.equal(await reporter.phase("One", () => Promise.resolve(1)), 1);
});

Deno.test("phase() says FAILED when its work throws before it waits", async () => {
  const { reporter, stdout, timers } = pipeStage();
  const failing = reporter.phase("One", () => {
    throw new RangeError("no");
  });
  await assert.rejects(failing, RangeError);
  assert.equal(stdout(), "One... FAILED\n");
  assert.equal(timers(), 0);
});

Deno.test("detail() is shown to who asked for more", () => {
  for (const verbose of [false, true]) {
    const { reporter, stderr } = pipeStage({ verbose });
    reporter.detail("GET /v2/");
    assert.equal(stderr(), verbose ? "GET /v2/\n" : "");
  }
});

Deno.test("fail() writes one line for each failure, and more when asked for", () => {
  const brief = pipeStage();
  brief.reporter.fail(BOTH);
  assert.equal(
    brief.stderr(),
    text(`Error: failed to read "a": none`, "Error: 100% odd", ""),
  );
  const verbose = pipeStage({ verbose: true });
  verbose.reporter.fail(BOTH);
  assert.equal(
    verbose.stderr(),
    text(
      `Error: failed to read "a": none (robot/not-found)`,
      "  because: ENOENT",
      "Error: 100% odd (usage/option)",
      "",
    ),
  );
});

Deno.test("a reporter with colours paints OK, FAILED, Warning and Error", async () => {
  const stage = pipeStage({ env: { FORCE_COLOR: "1" } });
  await build(stage);
  stage.reporter.fail(BOTH);
  const written = stage.both();
  for (
    const painted of [
      "Layering... \x1b[32mOK\x1b[0m (base, environment from cache)\n",
      "Saving... \x1b[31mFAILED\x1b[0m\n",
      "\x1b[33mWarning:\x1b[0m a blob came slowly\n",
      "\x1b[31mError:\x1b[0m 100% odd\n",
    ]
  ) {
    assert.ok(written.includes(painted), painted);
  }
});

Deno.test("print() writes lines whatever the mode, printJson() a document", () => {
  for (const mode of ["quiet", "json", "normal"] as const) {
    const { reporter, stdout } = pipeStage({ mode });
    reporter.print("a\n\x1bb\n");
    reporter.printJson([1]);
    assert.equal(stdout(), "a\n\\u{1b}b\n[\n  1\n]\n");
  }
});

Deno.test("printDocument() changes nothing for a program, and lets a terminal obey nothing", () => {
  const document = "FROM x\n\tRUN 'a\x1bb'\n";
  const piped = pipeStage();
  piped.reporter.printDocument(document);
  assert.equal(piped.stdout(), document);
  const shown = terminalStage({ columns: 80 });
  shown.reporter.printDocument(document);
  assert.equal(shown.screen.text, "FROM x\n RUN 'a\\u{1b}b'");
});

Deno.test("dispose stops the timer, removes the live lines, shows the cursor, and draws nothing after it", async () => {
  const stage = terminalStage({ columns: 80 });
  await stage.reporter.phase("Saving", async (phase) => {
    using task = phase.task("image", 100);
    stage.pass(2000);
    assert.match(stage.screen.text, /^image/);
    assert.equal(stage.timers(), 1);
    stage[Symbol.dispose]();
    assert.equal(stage.timers(), 0);
    task.add(50);
    await Promise.resolve(stage.pass(2000));
    assert.equal(stage.screen.text, "");
    assert.equal(stage.screen.isCursorVisible, true);
  });
  stage.reporter.fail(new Failure("usage/option", "failed"));
  assert.equal(stage.screen.text, "Saving... OK\nError: failed");
});

Deno.test("aside() leaves the terminal to something else, and the live lines come back", async () => {
  const stage = terminalStage({ columns: 80 });
  await stage.reporter.phase("Resolving", async () => {
    stage.pass(200);
    assert.equal(stage.screen.text, "Resolving...");
    await stage.reporter.aside(async () => {
      assert.equal(stage.screen.isCursorVisible, true);
      stage.screen.write("rcc says hello\r\n");
      await Promise.resolve(stage.pass(500));
      assert.equal(stage.screen.text, "rcc says hello");
    });
    stage.pass(200);
    assert.equal(stage.screen.text, "rcc says hello\nResolving...");
  });
});

/** A person who gives this answer. */
function person(answer: string | undefined) {
  return { isTerminal: true, readLine: () => Promise.resolve(answer) };
}

Deno.test("confirm() asks on a terminal, and takes only yes for yes", async () => {
  const answers: readonly (readonly [string | undefined, boolean | undefined])[] = [
    ["y", true],
    [" YES ", true],
    ["n", false],
    ["", false],
    ["yesterday", false],
    [undefined, undefined],
  ];
  for (const [answer, meaning] of answers) {
    const { reporter, screen } = terminalStage({ columns: 80 }, { stdin: person(answer) });
    assert.equal(await reporter.confirm("Resolve it?"), meaning);
    assert.equal(screen.text, "Resolve it? [y/N]");
  }
});

Deno.test("confirm() asks nothing where nobody can answer", async () => {
  const stages: readonly (Stage & { readonly seen: () => string })[] = [
    ...[{ mode: "quiet" }, { mode: "json" }, { env: { CI: "1" } }].map((given) => {
      const stage = terminalStage({ columns: 80 }, { stdin: person("y"), ...given as object });
      return { ...stage, seen: () => stage.screen.text };
    }),
    (() => {
      const stage = terminalStage({ columns: 80 });
      return { ...stage, seen: () => stage.screen.text };
    })(),
    (() => {
      const stage = pipeStage({ stdin: person("y") });
      return { ...stage, seen: stage.both };
    })(),
  ];
  for (const { reporter, seen } of stages) {
    assert.equal(await reporter.confirm("Resolve it?"), undefined);
    assert.equal(seen(), "");
  }
});

Deno.test("a reporter writes no escape that came from outside, whatever it is told", async () => {
  const odd = fc.string({ unit: "binary" });
  await fc.assert(fc.asyncProperty(odd, fc.boolean(), async (said, github) => {
    const stage = pipeStage({ verbose: true, env: github ? { GITHUB_ACTIONS: "true" } : {} });
    const { reporter } = stage;
    await reporter.phase(said, (phase) => {
      phase.task(said, 10);
      phase.note(said);
      return Promise.resolve(stage.pass(12_000));
    });
    reporter.warn(said);
    reporter.detail(said);
    reporter.print(said);
    reporter.printJson({ said });
    reporter.fail(new Error(said, { cause: said }));
    reporter.finish({
      ...SUMMARY,
      references: [said],
      outputs: [{ kind: "layout", where: said }],
      notes: [said],
      needsTask: [said, said],
    });
    assert.doesNotMatch(stage.both().replaceAll("\n", ""), /[\p{Cc}\p{Zl}\p{Zp}]/u);
  }));
});

Deno.test("a reporter says nothing of a phase that fails for what an earlier one failed for", async () => {
  const stage = pipeStage();
  const { reporter } = stage;
  const fail = (title: string, error: unknown) =>
    assert.rejects(reporter.phase(title, () => Promise.reject(error)));
  const [first, second] = BOTH.all;
  await fail("Validating robot", first);
  await fail("Checking prerequisites", first);
  await fail("Checking start", BOTH);
  await fail("Saving", BOTH);
  await fail("Layering", new Failure("rcc/permission", "refused", { cause: second }));
  const plain = new Error("plain");
  await fail("Reporting", plain);
  await fail("Pushing", plain);
  await fail("Assembling", new Error("plain"));
  assert.equal(
    stage.stdout(),
    text(
      "Validating robot... FAILED",
      "Checking start... FAILED",
      "Reporting... FAILED",
      "Assembling... FAILED",
      "",
    ),
  );
});

Deno.test("a reporter in JSON mode prints one document, of failures where there is no other", () => {
  const failed = pipeStage({ mode: "json" });
  failed.reporter.fail(BOTH);
  const document = JSON.parse(failed.stdout());
  assert.deepEqual(document.failures.map(({ id }: { id: string }) => id), [
    "robot/not-found",
    "usage/option",
  ]);
  assert.match(failed.stderr(), /^Error: failed to read "a": none\nError: /);
  const printed = pipeStage({ mode: "json" });
  printed.reporter.printJson({ faults: 1 });
  printed.reporter.fail(BOTH);
  assert.deepEqual(JSON.parse(printed.stdout()), { faults: 1 });
});

Deno.test("a reporter shows what a phase says in the place of OK, but not when it fails", async () => {
  const stage = pipeStage();
  await stage.reporter.phase("Reading environment", (phase) => {
    phase.instead("not built yet");
    return Promise.resolve();
  });
  const failing = stage.reporter.phase("Reading base", (phase) => {
    phase.instead("none");
    return Promise.reject(BOTH);
  });
  await assert.rejects(failing);
  assert.equal(
    stage.stdout(),
    text("Reading environment... not built yet", "Reading base... FAILED", ""),
  );
});
