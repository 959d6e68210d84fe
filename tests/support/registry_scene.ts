import assert from "node:assert/strict";
import { join } from "node:path";
import { failuresOf } from "../../src/failure/mod.ts";
import { createHttpClient, Secret } from "../../src/http/mod.ts";
import type { HttpOptions, HttpRetry } from "../../src/http/client.ts";
import {
  createCredentials,
  createRegistryClient,
  type Mirror,
  type RegistryClient,
} from "../../src/registry/mod.ts";
import {
  type Digest,
  digestOf,
  encodeJson,
  MEDIA_TYPES,
  parseReference,
} from "../../src/oci/mod.ts";
import { TestClock } from "./clock.ts";
import {
  type FaultyRegistry,
  type FaultyRegistryOptions,
  serveRegistry,
} from "./faulty_registry.ts";

/** What every registry in these tests wants, and no output may show. */
export const USERNAME = "me";
export const PASSWORD = "hunter2-password";

/** A registry, a client for it that has the password, and a cache folder. */
export interface RegistryScene extends AsyncDisposable {
  readonly registry: FaultyRegistry;
  readonly client: RegistryClient;
  readonly clock: TestClock;
  readonly cacheDirectory: string;
  readonly retries: readonly HttpRetry[];
  reference(name: string): ReturnType<typeof parseReference>;
  /** A client with nothing kept in memory, as another run of the program has it. */
  nextRun(): RegistryClient;
  /** Fails when a secret is in the text, a thing's inspection, or a file of the cache. */
  requireNoSecrets(...things: readonly unknown[]): Promise<void>;
}

/** Options of {@linkcode registryScene}. */
export interface RegistrySceneOptions extends FaultyRegistryOptions {
  readonly http?: HttpOptions;
  readonly mirrors?: (host: string) => readonly Mirror[];
  /** Further texts that no output may show. */
  readonly secrets?: readonly string[];
}

export async function registryScene(options: RegistrySceneOptions = {}): Promise<RegistryScene> {
  const registry = await serveRegistry({
    ...(options.tokens === undefined ? { basic: `${USERNAME}:${PASSWORD}` } : {}),
    ...options,
  });
  const cacheDirectory = await Deno.makeTempDir();
  const clock = new TestClock();
  const retries: HttpRetry[] = [];
  const clients: Disposable[] = [];
  const nextRun = () => {
    const http = createHttpClient({
      clock,
      random: () => 0,
      onRetry: (retry) => retries.push(retry),
      ...options.http,
    });
    clients.push(http);
    const credentials = createCredentials({
      environment: {},
      explicit: {
        registries: [registry.host],
        username: USERNAME,
        password: new Secret(PASSWORD),
        source: "--username",
      },
    });
    const mirrors = options.mirrors?.(registry.host) ?? [];
    return createRegistryClient({ http, credentials, cacheDirectory, mirrors });
  };
  return {
    registry,
    client: nextRun(),
    clock,
    cacheDirectory,
    retries,
    reference: (name) => parseReference(`${registry.host}/${name}`),
    nextRun,
    async requireNoSecrets(...things) {
      const basic = btoa(`${USERNAME}:${PASSWORD}`);
      const secrets = [PASSWORD, basic, ...options.secrets ?? []];
      const files = await readTree(cacheDirectory);
      const shown = [
        ...[...things, retries].map((thing) =>
          Deno.inspect(thing, { depth: 20, showHidden: true })
        ),
        ...things.flatMap(failuresOf).flatMap(({ message, details }) => [message, ...details]),
        JSON.stringify(things.map((thing) => thing ?? null)),
        ...files,
      ];
      for (const text of shown) {
        for (const secret of secrets) assert.ok(!text.includes(secret), `a secret is in: ${text}`);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client[Symbol.dispose]();
      await registry[Symbol.asyncDispose]();
      await Deno.remove(cacheDirectory, { recursive: true });
    },
  };
}

/** Bytes that do not repeat, so that a piece at a wrong place is noticed. */
export function someBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = 1;
  for (let i = 0; i < size; i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    bytes[i] = state >> 16;
  }
  return bytes;
}

/** Opens the bytes anew, as a blob store does. */
export function opening(bytes: Uint8Array) {
  return () =>
    Promise.resolve(
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (let i = 0; i < bytes.length; i += 65536) {
            controller.enqueue(bytes.slice(i, i + 65536));
          }
          controller.close();
        },
      }),
    );
}

/** The state files of uploads that are in the cache. */
export async function uploadFiles(cacheDirectory: string): Promise<readonly string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(join(cacheDirectory, "uploads")));
    return names.map(({ name }) => name).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}

/** A digest that no blob of the tests has. */
export const NO_DIGEST: Digest = `sha256:${"0".repeat(64)}`;

async function readTree(folder: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    texts.push(path, ...entry.isDirectory ? await readTree(path) : [await Deno.readTextFile(path)]);
  }
  return texts;
}

/** An image for pushes: nothing looks into its blobs, of which the first stands for the config. */
export function imageOf(blobs: readonly Uint8Array[]) {
  const [config, ...layers] = blobs.map((bytes) => (
    { mediaType: MEDIA_TYPES.layer, digest: digestOf(bytes), size: bytes.length }
  ));
  const contents = new Map(blobs.map((bytes) => [digestOf(bytes), bytes]));
  return {
    manifest: { mediaType: MEDIA_TYPES.manifest, bytes: encodeJson({}) },
    config: config!,
    layers,
    blobs: { open: ({ digest }: { digest: Digest }) => opening(contents.get(digest)!)() },
  };
}
