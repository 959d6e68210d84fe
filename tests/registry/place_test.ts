import assert from "node:assert/strict";
import { parseReference } from "../../src/oci/mod.ts";
import { endpointOf, parseMirror, pullEndpoints } from "../../src/registry/place.ts";

Deno.test("placeOf() knows the host of Docker Hub", () => {
  assert.deepEqual(endpointOf(parseReference("debian:12")), {
    registry: "docker.io",
    host: "registry-1.docker.io",
    repository: "library/debian",
  });
  assert.equal(endpointOf(parseReference("ghcr.io/acme/bot")).host, "ghcr.io");
  assert.equal(endpointOf(parseReference("localhost:5000/bot")).host, "localhost:5000");
  assert.equal(endpointOf(parseReference("[fd00::1]:5000/bot")).host, "[fd00::1]:5000");
});

Deno.test("pullPlaces() asks the mirrors of the registry first", () => {
  const mirrors = [
    "docker.io=mirror.corp:5000",
    "docker.io=nexus.corp/docker-hub/x",
    "ghcr.io=other",
  ]
    .map(parseMirror);
  assert.deepEqual(
    pullEndpoints(parseReference("debian:12"), mirrors).map(({ host, repository }) =>
      `${host}/${repository}`
    ),
    [
      "mirror.corp:5000/library/debian",
      "nexus.corp/docker-hub/x/library/debian",
      "registry-1.docker.io/library/debian",
    ],
  );
  assert.equal(pullEndpoints(parseReference("quay.io/a/b"), mirrors).length, 1);
});

Deno.test("parseMirror() reads hosts, ports, paths and protocols", () => {
  assert.deepEqual(parseMirror("docker.io=mirror.corp"), {
    registry: "docker.io",
    host: "mirror.corp",
    prefix: "",
  });
  assert.deepEqual(parseMirror("index.docker.io=https://nexus.corp:8443/a/b/"), {
    registry: "docker.io",
    host: "nexus.corp:8443",
    prefix: "a/b",
  });
  assert.equal(parseMirror("docker.io=mirror").host, "mirror:443");
});

for (
  const text of [
    "",
    "docker.io",
    "=x",
    "docker.io=",
    "a=b=c",
    "docker.io=mirror.corp/UPPER",
    "docker.io=mir ror.corp",
  ]
) {
  Deno.test(`parseMirror() refuses "${text}"`, () => {
    assert.throws(() => parseMirror(text), SyntaxError);
  });
}
