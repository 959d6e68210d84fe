import { collect } from "../bytes/mod.ts";
import { decompressing } from "../compression/mod.ts";
import { messageOf } from "../failure/mod.ts";
import { codecOf } from "../oci/mod.ts";
import { IMAGE_PATHS, type PublishedLayer } from "../plan/mod.ts";
import { readTar } from "../tar/mod.ts";
import { decodeFacts, type EnvironmentFacts } from "./environment_facts.ts";
import { inconsistent } from "./inconsistent.ts";

/** The most bytes of facts, and of the tar that they are in. */
const FACTS_LIMIT = 64 * 1024 * 1024;

/** What the layer of facts says. @throws {Failure} when it cannot be read. */
export async function readEnvironmentFacts(
  { descriptor, blobs }: PublishedLayer,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal | undefined },
): Promise<EnvironmentFacts> {
  const packed = await blobs.open(descriptor, signal === undefined ? {} : { signal });
  try {
    const tar = decompressing(codecOf(descriptor.mediaType)!, packed)
      .pipeThrough(atMost(FACTS_LIMIT));
    const wanted = IMAGE_PATHS.facts.slice(1);
    let facts: EnvironmentFacts | undefined;
    for await (const member of readTar(tar)) {
      if (member.type === "directory") continue;
      if (member.type !== "file" || member.path !== wanted || facts !== undefined) {
        throw new SyntaxError(`found "${member.path}" where the facts alone were expected`);
      }
      facts = await decodeFacts(await collect(member.content, FACTS_LIMIT));
    }
    if (facts === undefined) throw new SyntaxError("found none");
    return facts;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw inconsistent(name, `its facts cannot be read: ${messageOf(error)}`, error);
  }
}

/** Passes bytes on, and fails when they are too many: a few packed ones may be endless. */
function atMost(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > limit) throw new RangeError(`expected at most ${limit} bytes, found more`);
      controller.enqueue(chunk);
    },
  });
}
