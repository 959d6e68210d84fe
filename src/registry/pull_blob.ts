import { Measure, requireEqual } from "../bytes/mod.ts";
import { type Failure, messageOf } from "../failure/mod.ts";
import { HttpError, unaskedEncoding } from "../http/mod.ts";
import {
  type BlobOptions,
  type Descriptor,
  type Digest,
  formatReference,
  hexOf,
  type Reference,
} from "../oci/mod.ts";
import { askBlob, blobUrlPath } from "./ask_blob.ts";
import type { RegistryAnswer } from "./authorized.ts";
import type { RegistryContext } from "./context.ts";
import { pullEndpoints } from "./place.ts";
import { type Purpose, refusal, registryFailure, troubleFailure } from "./registry_failure.ts";
import type { Scope } from "./scope.ts";
import { firstThatAnswers } from "./try_places.ts";
import { LEAST_PROGRESS } from "./upload_progress.ts";

/**
 * A blob's bytes, verified while they are read. When the connection breaks the rest is asked for, as
 * often as it helps: a registry that keeps to `Range` sends nothing twice.
 */
export function pullBlob(
  context: RegistryContext,
  reference: Reference,
  { descriptor, signal, onProgress }: BlobOptions & { readonly descriptor: Descriptor },
): ReadableStream<Uint8Array> {
  const purpose: Purpose = { action: "pull", subject: formatReference(reference) };
  return ReadableStream.from(
    readBlob({ context, reference, descriptor, purpose, signal, onProgress }),
  );
}

/** Whether the repository has the blob. */
export function hasBlob(
  context: RegistryContext,
  reference: Reference,
  { digest, signal }: BlobOptions & { readonly digest: Digest },
): Promise<boolean> {
  const purpose: Purpose = { action: "pull", subject: formatReference(reference) };
  return firstThatAnswers(
    pullEndpoints(reference, context.mirrors),
    { signal },
    (place) => {
      const scopes: Scope[] = [{ repository: place.repository, actions: ["pull"] }];
      return askBlob(context, { place, purpose, digest, scopes, signal });
    },
  );
}

interface Wanted {
  readonly context: RegistryContext;
  readonly reference: Reference;
  readonly descriptor: Descriptor;
  readonly purpose: Purpose;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: BlobOptions["onProgress"];
}

async function* readBlob(wanted: Wanted): AsyncGenerator<Uint8Array> {
  const { context: { http }, descriptor, signal, onProgress } = wanted;
  const measure = new Measure();
  let received = 0;
  let failures = 0;
  let countedFrom = 0;
  let last: RegistryAnswer | undefined;
  while (received < descriptor.size || last === undefined) {
    const { answer, skip } = await openAt(received, wanted);
    last = answer;
    try {
      for await (const chunk of skipping(answer.body, skip)) {
        received += chunk.length;
        if (received - countedFrom >= LEAST_PROGRESS) {
          countedFrom = received;
          failures = 0;
        }
        if (received > descriptor.size) throw longer(wanted, answer);
        measure.update(chunk);
        onProgress?.(chunk.length);
        yield chunk;
      }
      if (received < descriptor.size) {
        throw new HttpError(
          "broken",
          `its answer${
            unaskedEncoding(answer)
          } ended after ${received} of ${descriptor.size} bytes, ${
            cureOf(answer, "push the image there again")
          }`,
        );
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      error.tries = ++failures;
      if (failures >= http.tries) throw troubleFailure(error, answer.asked);
      const { method, url } = answer.asked;
      await http.pause({ method, url, reason: error.message, failedTry: failures, signal });
    }
  }
  requireIntact(measure, { wanted, answer: last });
}

interface OpenedBlob {
  readonly answer: RegistryAnswer;
  /** Bytes at its start that are here already. */
  readonly skip: number;
}

/** Asks for the blob from an offset on. Ranges that the registry does not keep to are done without. */
function openAt(offset: number, wanted: Wanted): Promise<OpenedBlob> {
  const { context, reference, purpose, signal } = wanted;
  const places = pullEndpoints(reference, context.mirrors);
  return firstThatAnswers(places, { signal }, async (place) => {
    const ask = (range: Record<string, string>) =>
      context.requests.send({
        place,
        purpose,
        target: blobUrlPath(place.repository, wanted.descriptor.digest),
        scopes: [{ repository: place.repository, actions: ["pull"] }],
        headers: range,
        signal,
      });
    if (offset > 0) {
      const answer = await ask({ range: `bytes=${offset}-` });
      if (answer.status === 206 && startsAt(answer, { offset, ...wanted.descriptor })) {
        return { answer, skip: 0 };
      }
      if (answer.status === 200) return await whole(answer, { wanted, skip: offset });
      await answer.body.cancel();
    }
    return await whole(await ask({}), { wanted, skip: offset });
  });
}

async function whole(
  answer: RegistryAnswer,
  { wanted, skip }: { readonly wanted: Wanted; readonly skip: number },
): Promise<OpenedBlob> {
  if (answer.status !== 200) throw await refusal(answer, answer.asked);
  if (Number(answer.headers["content-length"] ?? 0) > wanted.descriptor.size) {
    await answer.body.cancel();
    throw longer(wanted, answer);
  }
  return { answer, skip };
}

/** Whether a 206 is honest: it begins where it was asked to, and knows the blob's size. */
function startsAt(
  { headers }: RegistryAnswer,
  { offset, size }: { readonly offset: number; readonly size: number },
): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
  return range !== null && Number(range[1]) === offset && Number(range[2]) < size &&
    (range[3] === "*" || Number(range[3]) === size);
}

async function* skipping(
  stream: ReadableStream<Uint8Array>,
  count: number,
): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of stream) {
    const start = Math.min(left, chunk.length);
    left -= start;
    if (start < chunk.length) yield chunk.subarray(start);
  }
}

/** Whoever encodes what nobody asked to be encoded alters it. */
function cureOf(answer: RegistryAnswer, otherwise: string): string {
  return unaskedEncoding(answer) === ""
    ? otherwise
    : "have the proxy between leave answers as they are";
}

function longer({ descriptor, purpose }: Wanted, answer: RegistryAnswer): Failure {
  return registryFailure("base/blob", purpose, {
    met: `registry ${answer.asked.place.host} answered GET ${answer.asked.url.pathname}${
      unaskedEncoding(answer)
    } with more than the ${descriptor.size} bytes that the manifest states`,
    cure: cureOf(answer, "the image there is damaged, push it again or name another"),
  });
}

function requireIntact(
  measure: Measure,
  { wanted: { descriptor, purpose }, answer }: {
    readonly wanted: Wanted;
    readonly answer: RegistryAnswer;
  },
): void {
  const expected = { size: descriptor.size, sha256: hexOf(descriptor.digest) };
  try {
    requireEqual(expected, measure.finish());
  } catch (error) {
    throw registryFailure("base/blob", purpose, {
      met: `registry ${answer.asked.place.host} answered GET ${answer.asked.url.pathname}${
        unaskedEncoding(answer)
      } with other bytes: ${messageOf(error)}`,
      cure: cureOf(
        answer,
        "they were altered on the way or in the registry, pull again or name another image",
      ),
      cause: error,
    });
  }
}
