import assert from "node:assert/strict";
import { credentialRegistries } from "../../src/build/session.ts";
import { parseReference } from "../../src/oci/mod.ts";

const tags = ["ghcr.io/acme/bot:1", "ghcr.io/acme/bot:2"].map(parseReference);

Deno.test("credentialRegistries() names what is pushed to, and not where the base is from", () => {
  const options = { push: true, tags, baseImage: "registry.corp:5000/base:1" };
  assert.deepEqual(credentialRegistries(options), ["ghcr.io"]);
});

Deno.test("credentialRegistries() names the base's registry when nothing is pushed", () => {
  for (
    const [baseImage, registries] of [
      ["registry.corp:5000/base:1", ["registry.corp:5000"]],
      ["debian:stable-slim", ["docker.io"]],
      ["scratch", []],
      ["oci:some/folder", []],
      ["oci-archive:ghcr.io/x", []],
      ["docker-archive:image.tar", []],
      ["No Reference", []],
    ] as const
  ) {
    assert.deepEqual(credentialRegistries({ push: false, tags, baseImage }), registries, baseImage);
  }
});
