import assert from "node:assert/strict";
import { nextCommands } from "../../src/report/commands.ts";
import type { BuildSummary } from "../../src/report/mod.ts";
import type { SummaryOutput } from "../../src/report/summary.ts";
import { SUMMARY } from "./summaries.ts";

function commandsFor(outputs: readonly SummaryOutput[], given: Partial<BuildSummary> = {}) {
  return nextCommands({ ...SUMMARY, references: ["ghcr.io/acme/bot:1"], ...given, outputs });
}

const RUN = [
  "install -d -m 777 output",
  `docker run --rm -v "$PWD/output:/home/robot/app/output" ghcr.io/acme/bot:1`,
];

Deno.test("nextCommands() for an archive load it, run it, and push it with its digest", () => {
  assert.deepEqual(commandsFor([{ kind: "archive", where: "my image.tar" }]), {
    load: ["docker load -i 'my image.tar'", "podman load -i 'my image.tar'"],
    run: RUN,
    push: ["skopeo copy 'oci-archive:my image.tar' docker://ghcr.io/acme/bot:1"],
  });
});

Deno.test("nextCommands() for a layout copy it", () => {
  assert.deepEqual(commandsFor([{ kind: "layout", where: "out" }]), {
    load: [
      "skopeo copy oci:out docker-daemon:ghcr.io/acme/bot:1",
      "skopeo copy oci:out containers-storage:ghcr.io/acme/bot:1",
    ],
    run: RUN,
    push: ["skopeo copy oci:out docker://ghcr.io/acme/bot:1"],
  });
});

Deno.test("nextCommands() name the image in a layout or archive that has several", () => {
  const references = ["ghcr.io/acme/bot:1", "ghcr.io/acme/bot:latest"];
  assert.deepEqual(commandsFor([{ kind: "layout", where: "out" }], { references }).push, [
    "skopeo copy oci:out:ghcr.io/acme/bot:1 docker://ghcr.io/acme/bot:1",
  ]);
});

Deno.test("nextCommands() for a pushed image only run it", () => {
  assert.deepEqual(commandsFor([{ kind: "push", where: "ghcr.io/acme/bot:1" }]), {
    load: [],
    run: RUN,
    push: [],
  });
});

Deno.test("nextCommands() for a loaded image use the engine that has it", () => {
  assert.deepEqual(commandsFor([{ kind: "load", where: "podman" }]), {
    load: [],
    run: [RUN[0], RUN[1]!.replace("docker", "podman")],
    push: ["podman push ghcr.io/acme/bot:1"],
  });
});

Deno.test("nextCommands() put a registry before a name that has none", () => {
  const references = ["docker.io/library/acme-bot:1"];
  const pushed = (output: SummaryOutput) => commandsFor([output], { references }).push;
  assert.deepEqual(pushed({ kind: "archive", where: "image.tar" }), [
    "skopeo copy oci-archive:image.tar docker://registry.example.com/acme-bot:1",
  ]);
  assert.deepEqual(pushed({ kind: "load", where: "docker" }), [
    "docker tag acme-bot:1 registry.example.com/acme-bot:1",
    "docker push registry.example.com/acme-bot:1",
  ]);
});

Deno.test("nextCommands() leave out Docker Hub's own part of a name", () => {
  const references = ["docker.io/acme/bot:1"];
  const { run, push } = commandsFor([{ kind: "load", where: "docker" }], { references });
  assert.match(run[1]!, / acme\/bot:1$/);
  assert.deepEqual(push, ["docker push acme/bot:1"]);
});

Deno.test("nextCommands() choose the first task where one has to be chosen", () => {
  const needsTask = ["Run all", "Check"];
  const { run } = commandsFor([{ kind: "archive", where: "image.tar" }], { needsTask });
  assert.equal(run[1], `${RUN[1]} --task 'Run all'`);
});

Deno.test("nextCommands() run a sealed image as oneself", () => {
  const docker = commandsFor([{ kind: "load", where: "docker" }], { start: "sealed" }).run;
  assert.equal(docker[0], "mkdir -p output");
  assert.match(docker[1]!, /^docker run --rm --user "\$\(id -u\):\$\(id -g\)" -v /);
  const podman = commandsFor([{ kind: "load", where: "podman" }], { start: "sealed" }).run;
  assert.match(podman[1]!, /^podman run --rm --userns=keep-id -v /);
});

Deno.test("nextCommands() quote a path of artifacts that a shell would change", () => {
  const artifactsPath = "/home/robot/app/$out put";
  const { run } = commandsFor([{ kind: "archive", where: "image.tar" }], { artifactsPath });
  assert.match(run[1]!, / -v "\$PWD\/output:"'\/home\/robot\/app\/\$out put' /);
});

Deno.test("nextCommands() are none for an image without a name", () => {
  assert.deepEqual(commandsFor([{ kind: "layout", where: "out" }], { references: [] }), {
    load: [],
    run: [],
    push: [],
  });
});
