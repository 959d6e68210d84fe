import assert from "node:assert/strict";
import { condaPurl, pypiPurl, systemPurl } from "../../src/evidence/mod.ts";
import { ociPurl } from "../../src/evidence/purl.ts";

Deno.test("a purl of PyPI has the name in lower case with dashes, and a version that is encoded", () => {
  assert.equal(
    pypiPurl({ name: "Typing_Extensions", version: "4.9" }),
    "pkg:pypi/typing-extensions@4.9",
  );
  assert.equal(
    pypiPurl({ name: "ruamel.yaml", version: "1!2.0+local" }),
    [
      "pkg:pypi/ruamel.yaml@1%212.0%2Blocal",
    ].join(),
  );
});

Deno.test("a purl of PyPI says where a package is from that is from no index", () => {
  const origin = { url: "https://example.com/x.whl", sha256: "ab" };
  assert.equal(
    pypiPurl({ name: "x", version: "1", origin }),
    "pkg:pypi/x@1?checksum=sha256:ab&download_url=https:%2F%2Fexample.com%2Fx.whl"
      .replaceAll("%2F", "/"),
  );
  const vcs = { kind: "git", commit: "0123" };
  assert.equal(
    pypiPurl({ name: "x", version: "1", origin: { url: "https://example.com/x", vcs } }),
    "pkg:pypi/x@1?vcs_url=git%2Bhttps://example.com/x%400123",
  );
  const file = { url: "file:///home/me/x.whl" };
  assert.equal(pypiPurl({ name: "x", version: "1", origin: file }), "pkg:pypi/x@1");
});

Deno.test("purls of conda, Debian, Alpine and OCI are those of the specifications' examples", () => {
  assert.equal(
    condaPurl({
      name: "absl-py",
      version: "0.4.1",
      build: "py36h06a4308_0",
      channel: "main",
      subdir: "linux-64",
      url: "https://example.com/absl-py-0.4.1-py36h06a4308_0.tar.bz2",
    }),
    "pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=main&subdir=linux-64&type=tar.bz2",
  );
  assert.equal(
    systemPurl({
      kind: "deb",
      name: "curl",
      version: "7.50.3-1",
      architecture: "i386",
      release: { id: "debian", version: "8" },
    }),
    "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-8",
  );
  assert.equal(
    systemPurl({ kind: "apk", name: "curl", version: "7.83.0-r0", architecture: "x86" }),
    "pkg:apk/alpine/curl@7.83.0-r0?arch=x86",
  );
  assert.equal(
    ociPurl("docker.io/library/debian", "sha256:244f", "stable"),
    "pkg:oci/debian@sha256:244f?repository_url=docker.io/library/debian&tag=stable",
  );
});
