import type { Image } from "../image/mod.ts";
import { type BlobOptions, type Descriptor, formatReference, type Reference } from "../oci/mod.ts";
import { Failure } from "../failure/mod.ts";
import type { ImageToPush, RegistryClient, Repository } from "../registry/mod.ts";
import { streamOf } from "../bytes/mod.ts";
import { EarlyPush } from "./early_push.ts";
import { imageBlobs } from "./image_files.ts";
import type { Output, WriteOptions } from "./output.ts";

/** Options of {@linkcode pushOutput}. */
export interface PushOutputOptions {
  readonly client: RegistryClient;
  /** Bytes of one request; without it the registry decides. */
  readonly chunkSize?: number | undefined;
  /** The first name that the image is to have: its layers are pushed there while others are packed. */
  readonly reference?: Reference | undefined;
}

/** Pushes the image under each of its names: only what the registries have not. */
export function pushOutput({ client, chunkSize, reference }: PushOutputOptions): Output {
  let early: EarlyPush | undefined;
  return {
    prepare: () => Promise.resolve(),
    begin(_, { signal }) {
      early = reference && new EarlyPush({ client, chunkSize, reference, signal });
      return Promise.resolve(early);
    },
    async write(image, { signal, onProgress, onPushed, onRefused } = {}) {
      const sent = new Map<string, number>();
      const pushed = await client.pushImage(toPush(image), image.tags, {
        signal,
        ...(chunkSize === undefined ? {} : { chunkSize }),
        ...(early === undefined ? {} : { begun: early.begun }),
        onProgress({ repository, descriptor: { digest, size }, sent: soFar, result }) {
          const total = result === undefined ? soFar : size;
          onProgress?.(Math.max(total - (sent.get(digest) ?? 0), 0));
          sent.set(digest, Math.max(total, sent.get(digest) ?? 0));
          if (result === undefined) return;
          const how = result === "uploaded" ? "pushed" : result;
          onPushed?.({ repository: formatReference(repository), digest, size, how });
        },
      });
      const repositories = new Map(
        pushed.map(({ reference: { registry, repository } }) =>
          [`${registry}/${repository}`, { registry, repository }] as const
        ),
      );
      for (const repository of repositories.values()) {
        await attach(image, repository, { client, signal, onRefused });
      }
      return pushed.map(({ reference }) => ({ kind: "push", where: formatReference(reference) }));
    },
  };
}

/** A registry that refuses a document has the image all the same. */
async function attach(
  { manifest, referrers = [] }: Image,
  repository: Repository,
  { client, signal, onRefused }: Pick<WriteOptions, "signal" | "onRefused"> & {
    readonly client: RegistryClient;
  },
): Promise<void> {
  for (const { what, ...document } of referrers) {
    try {
      const referrer = { ...document, artifactType: document.mediaType };
      await client.pushReferrer(repository, manifest.descriptor, referrer, { signal });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      onRefused?.(`the ${what} was not attached: ${error.message}`);
    }
  }
}

function toPush(image: Image): ImageToPush {
  const blobs = new Map(imageBlobs(image).map((blob) => [blob.descriptor.digest, blob]));
  return {
    manifest: { mediaType: image.manifest.descriptor.mediaType, bytes: image.manifest.bytes },
    config: image.config.descriptor,
    layers: image.layers.map(({ descriptor }) => descriptor),
    blobs: {
      async open(descriptor: Descriptor, options?: BlobOptions) {
        const blob = blobs.get(descriptor.digest)!;
        return "bytes" in blob ? streamOf(blob.bytes) : await blob.blobs.open(descriptor, options);
      },
    },
    mountFrom: repositoriesOf(image),
  };
}

/** Where the image's layers are from: the base's repository, and those of images that have the others. */
function repositoriesOf({ baseReference, layers }: Image): readonly Reference[] {
  const references = [baseReference, ...layers.map(({ reference }) => reference)];
  const named = references.flatMap((reference) =>
    reference === undefined
      ? []
      : [[`${reference.registry}/${reference.repository}`, reference]] as const
  );
  return [...new Map(named).values()];
}
