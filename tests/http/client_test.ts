import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import {
  createHttpClient,
  discardBody,
  type HttpError,
  type HttpRequest,
  readBody,
  Secret,
} from "../../src/http/mod.ts";
import type { HttpOptions } from "../../src/http/client.ts";
import { TestClock } from "../support/clock.ts";
import { bodyOf, listen, serveHttp } from "../support/loopback.ts";

const MIB = 1024 * 1024;

function client(options: HttpOptions = {}) {
  return createHttpClient({ clock: new TestClock(), random: () => 0, ...options });
}

async function textAt(url: URL, request: HttpRequest = {}, options: HttpOptions = {}) {
  using http = client(options);
  const response = await http.request(url, request);
  return new TextDecoder().decode(await readBody(response, MIB));
}

Deno.test("request() sends method, headers and a body with its length", async () => {
  let seen: IncomingMessage | undefined;
  let body: Uint8Array | undefined;
  await using server = await serveHttp(async (request, response) => {
    seen = request;
    body = await bodyOf(request);
    response.end("done");
  });
  const text = await textAt(new URL("/a?b=c", server.url), {
    method: "PUT",
    headers: { "x-plain": "1", "x-secret": new Secret("hunter2") },
    body: new Uint8Array([1, 2, 3]),
  });
  assert.equal(text, "done");
  assert.deepEqual(body, new Uint8Array([1, 2, 3]));
  assert.equal(`${seen?.method} ${seen?.url}`, "PUT /a?b=c");
  assert.equal(seen?.headers["x-plain"], "1");
  assert.equal(seen?.headers["x-secret"], "hunter2");
  assert.equal(seen?.headers["content-length"], "3");
  assert.equal(seen?.headers["transfer-encoding"], undefined);
  assert.equal(seen?.headers.host, server.host);
});

Deno.test("request() streams a body of 8 MiB with Content-Length", async () => {
  let length: string | undefined;
  let received = 0;
  await using server = await serveHttp(async (request, response) => {
    length = request.headers["content-length"];
    for await (const chunk of request) received += (chunk as Uint8Array).length;
    response.end();
  });
  await textAt(server.url, {
    method: "PUT",
    body: {
      size: 8 * MIB,
      async *open() {
        for (let i = 0; i < 4; i++) yield new Uint8Array(2 * MIB);
      },
    },
  });
  assert.equal(length, String(8 * MIB));
  assert.equal(received, 8 * MIB);
});

Deno.test("request() says Content-Length: 0 for an empty POST", async () => {
  const lengths: (string | undefined)[] = [];
  await using server = await serveHttp((request, response) => {
    lengths.push(request.headers["content-length"]);
    response.end();
  });
  await textAt(server.url, { method: "POST" });
  await textAt(server.url);
  assert.deepEqual(lengths, ["0", undefined]);
});

Deno.test("request() uses an idle connection again, and a fresh one when it was closed", async () => {
  const ports = new Set<number>();
  await using server = await serveHttp((request, response) => {
    ports.add(request.socket.remotePort!);
    response.end(request.url);
    if (request.url === "/last") request.socket.end();
  });
  using http = client();
  for (const path of ["/a", "/b", "/last", "/c"]) {
    await discardBody(await http.request(new URL(path, server.url)));
  }
  assert.equal(ports.size, 2);
});

Deno.test("request() does not count a try on a stale connection", async () => {
  let connections = 0;
  await using server = await listen(
    createServer((socket) => {
      let requests = 0;
      const first = connections++ === 0;
      socket.on("data", () => {
        if (first && requests++ > 0) socket.destroy();
        else {socket.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi",
          );}
      });
    }),
    "http://127.0.0.1",
  );
  const clock = new TestClock();
  using http = client({ clock });
  for (let i = 0; i < 3; i++) {
    const response = await http.request(server.url);
    assert.equal(response.tries, 1);
    await discardBody(response);
  }
  assert.equal(connections, 2);
  assert.deepEqual(clock.pauses, []);
});

Deno.test("request() notices at once that an idle connection broke with a body on it", async () => {
  let requests = 0;
  await using server = await serveHttp((request, response) => {
    if (requests++ === 0) return void response.end("first");
    const { socket } = request;
    request.once("data", () => socket.destroy());
  });
  using http = client({ tries: 1 });
  await discardBody(await http.request(server.url));
  await assert.rejects(
    http.request(server.url, { method: "PUT", body: new Uint8Array(300_000) }),
    (error: HttpError) => error.trouble === "broken",
  );
});

for (const rest of ["breaks", "stays silent"]) {
  Deno.test(`request() sends no body twice when a connection ${rest} that was idle beside others`, async () => {
    let bodies = 0;
    const both = Promise.withResolvers<void>();
    await using server = await serveHttp(async (request, response) => {
      if (request.method === "GET") {
        if (request.url === "/second") both.resolve();
        await both.promise;
        return void response.end();
      }
      await bodyOf(request);
      bodies++;
      if (rest === "breaks") request.socket.destroy();
    });
    using http = client();
    const idle = ["/first", "/second"].map((path) => http.request(new URL(path, server.url)));
    for (const answer of idle) await discardBody(await answer);
    await assert.rejects(
      http.request(server.url, {
        method: "PUT",
        body: new Uint8Array(300),
        responseTimeoutMs: 100,
        tries: 1,
      }),
      (error: HttpError) => error.trouble === (rest === "breaks" ? "broken" : "silence"),
    );
    await discardBody(await http.request(new URL("/second", server.url)));
    assert.ok(bodies < 2);
  });
}

/** Answers each request with the next of the given answers, the last one forever. */
function answering(...answers: ((response: ServerResponse) => void)[]) {
  let next = 0;
  return serveHttp(async (request, response) => {
    const answer = answers[Math.min(next++, answers.length - 1)]!;
    await bodyOf(request);
    answer(response);
  });
}

const status = (code: number, headers = {}) => (response: ServerResponse) => {
  response.writeHead(code, headers).end(`status ${code}`);
};
const broken = (response: ServerResponse) => void response.socket!.destroy();

for (const code of [408, 429, 500, 502, 503, 504]) {
  Deno.test(`request() tries again after ${code}`, async () => {
    await using server = await answering(status(code), status(code), status(200));
    const clock = new TestClock();
    using http = client({ clock });
    const response = await http.request(server.url);
    assert.deepEqual([response.status, response.tries, clock.pauses], [200, 3, [500, 1000]]);
    await discardBody(response);
  });
}

for (const code of [400, 401, 403, 404, 416, 501]) {
  Deno.test(`request() takes ${code} for the answer`, async () => {
    await using server = await answering(status(code));
    using http = client();
    const response = await http.request(server.url);
    assert.deepEqual([response.status, response.tries], [code, 1]);
    await discardBody(response);
  });
}

Deno.test("request() gives the last answer and the number of tries when nothing passes", async () => {
  await using server = await answering(status(503));
  const retries: string[] = [];
  using http = client({
    onRetry: ({ reason, failedTry }) => retries.push(`${failedTry} ${reason}`),
  });
  const response = await http.request(server.url);
  assert.deepEqual([response.status, response.tries], [503, 5]);
  assert.deepEqual(retries, ["1 status 503", "2 status 503", "3 status 503", "4 status 503"]);
  await discardBody(response);
});

Deno.test("request() waits as long as Retry-After says, as seconds and as a date", async () => {
  const clock = new TestClock();
  await using server = await answering(
    status(429, { "retry-after": "7" }),
    status(429, { "retry-after": new Date(clock.now() + 7000 + 9000).toUTCString() }),
    status(200),
  );
  assert.equal(await textAt(server.url, {}, { clock }), "status 200");
  assert.deepEqual(clock.pauses, [7000, 9000]);
});

Deno.test("request() sends the whole body again after a break", async () => {
  const bodies: number[] = [];
  await using server = await serveHttp(async (request, response) => {
    if (bodies.length === 0) {
      bodies.push(-1);
      request.once("data", () => request.socket.destroy());
      return;
    }
    bodies.push((await bodyOf(request)).length);
    response.end("done");
  });
  let opened = 0;
  const text = await textAt(server.url, {
    method: "PUT",
    body: {
      size: MIB,
      open: () => {
        opened++;
        return ReadableStream.from([new Uint8Array(MIB)]);
      },
    },
  });
  assert.equal(text, "done");
  assert.deepEqual([bodies, opened], [[-1, MIB], 2]);
});

Deno.test("request() is not repeated when it may be tried once", async () => {
  let asked = 0;
  await using server = await serveHttp((_request, response) => {
    asked++;
    response.socket!.destroy();
  });
  using http = client();
  await assert.rejects(
    http.request(server.url, { method: "PATCH", tries: 1 }),
    (error: HttpError) => error.trouble === "broken" && error.tries === 1,
  );
  assert.equal(asked, 1);
});

Deno.test("request() says what broke and how often it was tried", async () => {
  await using server = await answering(broken);
  using http = client();
  await assert.rejects(http.request(server.url), (error: HttpError) => {
    assert.equal(error.message, `the connection to ${server.host} broke, try again`);
    assert.equal(error.tries, 5);
    return true;
  });
});

Deno.test("request() hands on what the body's source throws, at once", async () => {
  await using server = await answering(status(200));
  const fault = new Error("the disk is gone");
  using http = client();
  await assert.rejects(
    http.request(server.url, {
      method: "PUT",
      body: {
        size: 10,
        // deno-lint-ignore require-yield
        async *open() {
          throw fault;
        },
      },
    }),
    fault,
  );
});

Deno.test("request() takes an answer that comes before its body is sent, and stops sending", async () => {
  await using server = await serveHttp((request, response) => {
    request.once("data", () => response.writeHead(401).end("no"));
  });
  let sent = 0;
  using http = client();
  const response = await http.request(server.url, {
    method: "PUT",
    body: {
      size: 1e12,
      async *open() {
        for (;;) {
          yield new Uint8Array(MIB);
          sent += MIB;
        }
      },
    },
  });
  assert.equal(response.status, 401);
  assert.equal(new TextDecoder().decode(await readBody(response, 10)), "no");
  assert.ok(sent < 100 * MIB);
});

Deno.test("request() follows redirects without taking secrets to another host", async () => {
  const seen: (string | undefined)[] = [];
  await using other = await serveHttp((request, response) => {
    seen.push(request.headers.authorization, request.headers.range);
    response.end("blob");
  });
  await using server = await serveHttp((request, response) => {
    seen.push(request.headers.authorization);
    const location = request.url === "/a" ? "/b" : `${other.url}c`;
    response.writeHead(307, { location }).end("moved");
  });
  using http = client();
  const response = await http.request(new URL("/a", server.url), {
    headers: { authorization: new Secret("Bearer hunter2"), range: "bytes=1-" },
  });
  assert.equal(response.url.href, `${other.url}c`);
  assert.equal(new TextDecoder().decode(await readBody(response, 10)), "blob");
  assert.deepEqual(seen, ["Bearer hunter2", "Bearer hunter2", undefined, "bytes=1-"]);
});

Deno.test("request() gives up after ten redirects", async () => {
  let asked = 0;
  await using server = await serveHttp((_request, response) => {
    response.writeHead(302, { location: `/${asked++}` }).end();
  });
  using http = client();
  await assert.rejects(
    http.request(server.url),
    (error: HttpError) => error.trouble === "redirect" && error.tries === 1,
  );
  assert.equal(asked, 11);
});

Deno.test("request() notices silence before the answer and in its body", async () => {
  await using server = await serveHttp((request, response) => {
    if (request.url === "/body") response.writeHead(200).write("some");
  });
  using http = client({ idleTimeoutMs: 300, tries: 1 });
  const silent = (error: HttpError) =>
    error.trouble === "silence" && error.message.includes(`${server.host} was silent for 0.3 s`);
  await assert.rejects(http.request(server.url), silent);
  const response = await http.request(new URL("/body", server.url));
  await assert.rejects(readBody(response, 100), silent);
});

Deno.test("request() notices a host that takes no more of the body", async () => {
  await using server = await serveHttp((request) => void request.pause());
  using http = client({ idleTimeoutMs: 50, tries: 1 });
  await assert.rejects(
    http.request(server.url, { method: "PUT", body: new Uint8Array(64 * MIB) }),
    (error: HttpError) => error.trouble === "silence",
  );
});

Deno.test("request() does not blame the host for a slow reader here", async () => {
  await using server = await serveHttp((_request, response) => void response.end("body"));
  using http = client({ idleTimeoutMs: 200 });
  const response = await http.request(server.url);
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal((await readBody(response, 10)).length, 4);
});

Deno.test("request() gives the answer the time that was asked for", async () => {
  await using server = await serveHttp((_request, response) => {
    setTimeout(() => response.end("late"), 400);
  });
  assert.equal(
    await textAt(server.url, { responseTimeoutMs: 30_000 }, { idleTimeoutMs: 200 }),
    "late",
  );
});

Deno.test("request() fails when the body ends too early", async () => {
  await using server = await serveHttp((_request, response) => {
    response.writeHead(200, { "content-length": "100" }).write("some");
    setTimeout(() => response.socket!.destroy(), 10);
  });
  using http = client();
  const response = await http.request(server.url);
  await assert.rejects(readBody(response, 200), (error: HttpError) => error.trouble === "broken");
});

Deno.test("readBody() stops at its limit, though the answer never ends", async () => {
  await using server = await serveHttp((_request, response) => {
    const more = () => void (response.destroyed || response.write("x".repeat(64 * 1024), more));
    more();
  });
  using http = client();
  await assert.rejects(readBody(await http.request(server.url), MIB), RangeError);
});

Deno.test("request() refuses an answer that is no HTTP, and headers that never end", async () => {
  await using noise = await listen(
    createServer((socket) => void socket.end("hello\r\n\r\n")),
    "http://127.0.0.1",
  );
  await using endless = await listen(
    createServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const more = () =>
        void (socket.destroyed || socket.write(`X: ${"a".repeat(8000)}\r\n`, more));
      more();
    }),
    "http://127.0.0.1",
  );
  using http = client();
  for (const server of [noise, endless]) {
    await assert.rejects(
      http.request(server.url),
      (error: HttpError) => error.trouble === "protocol" && error.tries === 1,
    );
  }
});

Deno.test("request() stops with the signal: before, while connecting, waiting, reading and pausing", async () => {
  const reason = new Error("stop");
  await using server = await serveHttp((request, response) => {
    if (request.url === "/body") response.writeHead(200).write("some");
    if (request.url === "/busy") response.writeHead(503).end();
  });
  using http = createHttpClient({ environment: { HTTP_PROXY: "http://192.0.2.1:3128" } });
  await assert.rejects(http.request(server.url, { signal: AbortSignal.abort(reason) }), reason);
  for (const url of ["http://example.test/", `${server.url}wait`, `${server.url}busy`]) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 30);
    await assert.rejects(http.request(new URL(url), { signal: stop.signal }), reason);
  }
  const stop = new AbortController();
  const response = await http.request(new URL("/body", server.url), { signal: stop.signal });
  setTimeout(() => stop.abort(reason), 30);
  await assert.rejects(readBody(response, 100), reason);
});

Deno.test("request() says that a host is not known, refuses, or does not answer", async () => {
  using http = client();
  const troubles = [
    [
      "http://registry.invalid/",
      "name",
      /(?:no such host registry\.invalid:80|host registry\.invalid:80 could not be)/,
    ],
    ["http://127.0.0.1:1/", "refused", /127\.0\.0\.1:1 refused the connection/],
  ] as const;
  for (const [url, trouble, message] of troubles) {
    await assert.rejects(http.request(new URL(url)), (error: HttpError) => {
      assert.equal(error.trouble, trouble);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("request() limits the time that connecting takes", async () => {
  // Listens, and never answers the TLS greeting.
  await using server = await listen(createServer());
  using http = client({ connectMs: 30, tries: 2 });
  await assert.rejects(
    http.request(new URL(`https://${server.host}/`)),
    (error: HttpError) => error.trouble === "connect-timeout" && error.tries === 2,
  );
});

Deno.test("origin() is plain HTTP for loopback hosts without TLS, and TLS elsewhere", async () => {
  await using server = await serveHttp((_request, response) => void response.end());
  using http = client();
  assert.equal((await http.origin(server.host)).href, server.url.href);
  assert.equal((await http.origin("ghcr.io")).href, "https://ghcr.io/");
  await assert.rejects(
    http.origin("127.0.0.1:1"),
    (error: HttpError) => error.trouble === "refused",
  );
});

Deno.test("request() counts a few bytes now and then as silence", async () => {
  await using server = await serveHttp((_request, response) => {
    response.writeHead(200, { "content-length": "100000" });
    const drip = setInterval(() => response.write("x"), 20);
    response.on("close", () => clearInterval(drip));
  });
  using http = client({ idleTimeoutMs: 400, tries: 1 });
  const response = await http.request(server.url);
  await assert.rejects(
    readBody(response, MIB),
    (error: HttpError) => error.trouble === "silence",
  );
});

for (const method of ["HEAD", "GET"]) {
  Deno.test(`an abort while the answer to a ${method} is discarded ends nothing else`, async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(401, { "content-length": "5" }).end(
        method === "GET" ? "hello" : undefined,
      );
    });
    using http = client();
    const stop = new AbortController();
    const response = await http.request(server.url, { method, signal: stop.signal });
    const discarded = discardBody(response);
    stop.abort(new Error("stop"));
    await discarded;
    const { status } = await http.request(server.url, { method });
    assert.equal(status, 401);
  });
}
