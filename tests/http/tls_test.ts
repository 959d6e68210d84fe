import assert from "node:assert/strict";
import { join } from "node:path";
import type { Failure } from "../../src/failure/mod.ts";
import { createHttpClient, type HttpError, readBody } from "../../src/http/mod.ts";
import type { HttpOptions } from "../../src/http/client.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { serveHttp, serveHttps } from "../support/loopback.ts";
import { makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn, toolTest } from "../support/tools.ts";

/** What a server that shows the certificate answers, asked with the options. */
async function ask(
  { certificates, clientCertificate = false, ...options }: HttpOptions & {
    readonly certificates: Certificates;
    readonly clientCertificate?: boolean;
  },
  address = (port: number) => `https://localhost:${port}/`,
): Promise<string> {
  const { server: { cert, key }, authority } = certificates;
  await using server = await serveHttps((_request, response) => void response.end("hello"), {
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
    ...(clientCertificate
      ? { ca: await Deno.readTextFile(authority), requestCert: true, rejectUnauthorized: true }
      : {}),
  });
  using http = createHttpClient({ ...options, tries: 1 });
  const response = await http.request(new URL(address(server.port)));
  return new TextDecoder().decode(await readBody(response, 100));
}

const isCertificateError = (error: HttpError) => error.trouble === "certificate";

toolTest({
  name: "request() refuses an authority that is not known, and says what helps",
  needs: ["openssl"],
}, async () => {
  await using certificates = await makeCertificates();
  await assert.rejects(ask({ certificates }), (error: HttpError) => {
    assert.equal(error.trouble, "certificate");
    assert.match(error.message, /localhost:\d+ is signed by an unknown authority/);
    assert.match(error.message, /--ca-cert or SSL_CERT_FILE.* --insecure-registry localhost:\d+$/);
    return true;
  });
});

toolTest(
  { name: "request() trusts --ca-cert, SSL_CERT_FILE and certs.d", needs: ["openssl"] },
  async () => {
    await using certificates = await makeCertificates();
    const { authority, folder } = certificates;
    assert.equal(await ask({ certificates, caCertificateFiles: [authority] }), "hello");
    assert.equal(await ask({ certificates, environment: { SSL_CERT_FILE: authority } }), "hello");
    let port = 0;
    const certsD = join(folder, "certs.d");
    const own = (name: string) =>
      ask({ certificates, certificateFolders: [certsD] }, (at) => {
        port = at;
        Deno.mkdirSync(join(certsD, name.replace("PORT", String(at))), { recursive: true });
        Deno.copyFileSync(authority, join(certsD, name.replace("PORT", String(at)), "ca.crt"));
        return `https://localhost:${at}/`;
      });
    assert.equal(await own("localhost:PORT"), "hello");
    assert.ok(port > 0);
    await assert.rejects(own("other:PORT"), isCertificateError);
  },
);

toolTest({
  name: "request() trusts anybody for an insecure host, and nobody else",
  needs: ["openssl"],
}, async () => {
  await using certificates = await makeCertificates();
  assert.equal(await ask({ certificates, insecureHosts: ["localhost"] }), "hello");
  await assert.rejects(ask({ certificates, insecureHosts: ["registry.test"] }), isCertificateError);
  await assert.rejects(ask({ certificates, insecureHosts: ["localhost:1"] }), isCertificateError);
});

toolTest(
  { name: "request() shows the client certificate of certs.d", needs: ["openssl"] },
  async () => {
    await using certificates = await makeCertificates();
    const { authority, client, folder } = certificates;
    const options = {
      certificates,
      clientCertificate: true,
      caCertificateFiles: [authority],
      certificateFolders: [join(folder, "certs.d")],
    };
    await assert.rejects(ask(options));
    const answer = await ask(options, (port) => {
      const own = join(folder, "certs.d", `localhost:${port}`);
      Deno.mkdirSync(own, { recursive: true });
      Deno.copyFileSync(client.cert, join(own, "client.cert"));
      Deno.copyFileSync(client.key, join(own, "client.key"));
      return `https://localhost:${port}/`;
    });
    assert.equal(answer, "hello");
  },
);

toolTest(
  { name: "request() refuses a certificate for another host", needs: ["openssl"] },
  async () => {
    await using certificates = await makeCertificates();
    const asked = ask(
      { certificates, caCertificateFiles: [certificates.authority] },
      (port) => `https://127.0.0.2:${port}/`,
    );
    // The server listens at 127.0.0.1 alone where the system keeps these apart.
    await assert.rejects(
      asked,
      (error: HttpError) => ["certificate", "refused"].includes(error.trouble),
    );
  },
);

toolTest({
  name: "origin() speaks TLS with loopback and insecure hosts that do",
  needs: ["openssl"],
}, async () => {
  await using certificates = await makeCertificates();
  const { server: { cert, key }, authority } = certificates;
  await using server = await serveHttps((_request, response) => void response.end(), {
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
  });
  const host = `localhost:${server.port}`;
  using trusting = createHttpClient({ caCertificateFiles: [authority] });
  assert.equal((await trusting.origin(host)).href, `https://${host}/`);
  using careless = createHttpClient({ insecureHosts: [host] });
  assert.equal((await careless.origin(host)).href, `https://${host}/`);
  using strict = createHttpClient();
  await assert.rejects(strict.origin(host), isCertificateError);
});

Deno.test("request() says that a host speaks no TLS", async () => {
  await using server = await serveHttp((_request, response) => void response.end());
  using http = createHttpClient();
  await assert.rejects(
    http.request(new URL(`https://${server.host}/`)),
    (error: HttpError) =>
      error.trouble === "not-tls" && error.message.endsWith(`--insecure-registry ${server.host}`),
  );
});

Deno.test("request() names the authority file that cannot be used", async () => {
  const empty = await Deno.makeTempFile();
  for (const path of ["/nowhere/ca.pem", empty]) {
    using http = createHttpClient({ caCertificateFiles: [path] });
    await assert.rejects(
      http.request(new URL("https://127.0.0.1:1/")),
      (error: Failure) =>
        error.id === "base/authority" && error.message.includes(`--ca-cert "${path}"`),
    );
  }
  await Deno.remove(empty);
});

Deno.test({
  ...testOn(
    "request() refuses a certificate's file that is none, and waits for no writer",
    "no Windows",
  ),
  async fn() {
    await using folder = await temporaryFolder();
    const pipe = join(folder.path, "pipe");
    await makePipe(pipe);
    const cases = [
      [
        { caCertificateFiles: [pipe] },
        /read --ca-cert ".*pipe": expected a file, found a pipe, name/,
      ],
      [{ environment: { SSL_CERT_FILE: pipe } }, /read SSL_CERT_FILE .* found a pipe, name/],
    ] as const;
    for (const [options, message] of cases) {
      using http = createHttpClient({ ...options, tries: 1 });
      await assert.rejects(http.request(new URL("https://localhost:1/")), message);
    }
  },
});
