import assert from "node:assert/strict";
import { createHttpClient, type HttpError, readBody } from "../../src/http/mod.ts";
import { makeCertificates } from "../support/certificates.ts";
import { serveHttp, serveHttps } from "../support/loopback.ts";
import { connectProxy, forwardProxy, socksProxy } from "../support/proxies.ts";
import { toolTest } from "../support/tools.ts";

toolTest({
  name: "request() reaches a TLS host through CONNECT with credentials",
  needs: ["openssl"],
}, async () => {
  await using certificates = await makeCertificates();
  const { server: { cert, key }, authority } = certificates;
  let authorization: string | undefined = "none yet";
  await using server = await serveHttps((request, response) => {
    authorization = request.headers["proxy-authorization"];
    response.end("hello");
  }, { cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) });
  await using proxy = await connectProxy({ credentials: "me:p@ss", target: server.port });
  using http = createHttpClient({
    environment: { HTTPS_PROXY: `http://me:p%40ss@${proxy.host}` },
    caCertificateFiles: [authority],
  });
  const response = await http.request(new URL("https://registry.test/v2/"));
  assert.equal(new TextDecoder().decode(await readBody(response, 10)), "hello");
  assert.deepEqual(proxy.asked, ["CONNECT registry.test:443"]);
  assert.equal(authorization, undefined);
});

Deno.test("request() says that the proxy refused its credentials, without them", async () => {
  await using proxy = await connectProxy({ credentials: "me:hunter3", target: 1 });
  using http = createHttpClient({ environment: { ALL_PROXY: `http://me:hunter2@${proxy.host}` } });
  await assert.rejects(http.request(new URL("https://registry.test/")), (error: HttpError) => {
    assert.equal(error.trouble, "proxy");
    assert.match(error.message, /^proxy http:\/\/127\.0\.0\.1:\d+ asks for credentials/);
    assert.ok(!Deno.inspect(error).includes("hunter2"));
    return true;
  });
});

Deno.test("request() says that the proxy cannot be reached", async () => {
  using http = createHttpClient({ environment: { HTTPS_PROXY: "http://127.0.0.1:1" }, tries: 1 });
  await assert.rejects(
    http.request(new URL("https://registry.test/")),
    (error: HttpError) =>
      error.trouble === "proxy" &&
      error.message.startsWith("proxy http://127.0.0.1:1: 127.0.0.1:1 refused the connection"),
  );
});

Deno.test("request() gives plain HTTP to the proxy with the whole address", async () => {
  await using server = await serveHttp((request, response) => void response.end(request.url));
  await using proxy = await forwardProxy({ target: server.port });
  using http = createHttpClient({ environment: { http_proxy: proxy.host } });
  const response = await http.request(new URL("http://registry.test:5000/v2/"));
  assert.equal(new TextDecoder().decode(await readBody(response, 10)), "/v2/");
  assert.deepEqual(proxy.asked, ["GET http://registry.test:5000/v2/"]);
});

Deno.test("request() goes past the proxy where NO_PROXY says so", async () => {
  await using server = await serveHttp((_request, response) => void response.end("direct"));
  using http = createHttpClient({
    environment: { ALL_PROXY: "http://127.0.0.1:1", NO_PROXY: "x" },
  });
  const response = await http.request(server.url);
  assert.equal(new TextDecoder().decode(await readBody(response, 10)), "direct");
});

for (const credentials of [undefined, "me:p@ss"]) {
  Deno.test(`request() reaches a host by SOCKS5 ${credentials ? "with" : "without"} a password`, async () => {
    await using server = await serveHttp((request, response) =>
      void response.end(request.headers.host)
    );
    await using proxy = await socksProxy({
      target: server.port,
      ...(credentials === undefined ? {} : { credentials }),
    });
    const user = credentials === undefined ? "" : "me:p%40ss@";
    using http = createHttpClient({ environment: { ALL_PROXY: `socks5://${user}${proxy.host}` } });
    const response = await http.request(new URL("http://registry.test:5000/v2/"));
    assert.equal(new TextDecoder().decode(await readBody(response, 50)), "registry.test:5000");
    assert.deepEqual(proxy.asked, ["registry.test:5000"]);
  });
}

Deno.test("request() says that a SOCKS5 proxy refused its credentials", async () => {
  await using proxy = await socksProxy({ target: 1, credentials: "me:other" });
  for (const user of ["", "me:hunter2@"]) {
    using http = createHttpClient({ environment: { ALL_PROXY: `socks5://${user}${proxy.host}` } });
    await assert.rejects(
      http.request(new URL("http://registry.test/")),
      (error: HttpError) =>
        error.trouble === "proxy" && error.message.includes("refused them") &&
        !error.message.includes("hunter2"),
    );
  }
});
