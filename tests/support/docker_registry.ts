import { join } from "node:path";
import { ISSUER, SERVICE } from "./token_server.ts";

/** Debian's docker-registry on a free port of this machine. */
export interface DockerRegistry extends AsyncDisposable {
  readonly port: number;
  /** `localhost:<port>`. */
  readonly host: string;
  /** What it logged of requests so far, where it wants neither TLS nor a login: `METHOD path status`, digests and ids shortened to `<…>`. */
  lines(): Promise<readonly string[]>;
}

/** Options of {@linkcode startDockerRegistry}. */
export interface DockerRegistryOptions {
  /** A line as htpasswd writes it. */
  readonly htpasswd?: string;
  /** PEM files for TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Where tokens are given out, and the PEM file of the authority of those who sign them. */
  readonly tokens?: { readonly realm: URL; readonly authority: string };
}

/** `me` with the password `hunter2-password`, as `htpasswd -B` writes it. */
export const HTPASSWD = "me:$2y$05$abcdefghijklmnopqrstuuZ4UrVbZVm3LrvjmBDRqk5tFTIz523W2";

export async function startDockerRegistry(
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const folder = await Deno.makeTempDir();
  const port = freePort();
  const config = join(folder, "config.yml");
  await Deno.writeTextFile(
    config,
    JSON.stringify(await configuration(folder, { ...options, port })),
  );
  const process = new Deno.Command("docker-registry", {
    args: ["serve", config],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let log = "";
  const logged = process.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (log += text) }),
  );
  await untilListening(port);
  return {
    port,
    host: `localhost:${port}`,
    async lines() {
      const mark = `/v2/?mark=${crypto.randomUUID()}`;
      await (await fetch(`http://127.0.0.1:${port}${mark}`)).body?.cancel();
      while (!log.includes(mark)) await new Promise((resolve) => setTimeout(resolve, 5));
      return [...log.matchAll(/"([A-Z]+) (\S+) HTTP\/1\.1" (\d+)/g)]
        .filter(([, , target]) => !target!.includes("?mark="))
        .map(([, method, target, status]) => {
          const path = new URL(target!, "http://registry").pathname;
          return `${method} ${path.replace(/sha256:[0-9a-f]{64}|[0-9a-f-]{36}/, "<…>")} ${status}`;
        });
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await logged;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** https://distribution.github.io/distribution/about/configuration/ */
async function configuration(
  folder: string,
  { port, htpasswd, tls, tokens }: DockerRegistryOptions & { readonly port: number },
) {
  const passwords = join(folder, "htpasswd");
  if (htpasswd !== undefined) await Deno.writeTextFile(passwords, `${htpasswd}\n`);
  return {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: {
      addr: `127.0.0.1:${port}`,
      ...(tls === undefined ? {} : { tls: { certificate: tls.cert, key: tls.key } }),
    },
    ...(htpasswd === undefined ? {} : { auth: { htpasswd: { realm: "tests", path: passwords } } }),
    ...(tokens === undefined ? {} : {
      auth: {
        token: {
          realm: tokens.realm.href,
          service: SERVICE,
          issuer: ISSUER,
          rootcertbundle: tokens.authority,
        },
      },
    }),
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      using _connection = await Deno.connect({ hostname: "127.0.0.1", port });
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
