import type { Digest } from "../oci/mod.ts";
import type { Repository } from "./place.ts";

/**
 * What a client has pushed to which registry: of two repositories that are to have a blob, the second
 * waits for the first, and mounts what is there then.
 */
export class BlobsSent {
  /** The repository that has the blob in the end, none when its push failed. */
  readonly #first = new Map<string, Promise<Repository | undefined>>();

  /** @param push Told of the repository that has the blob, where there is one. */
  async after<Result>(
    repository: Repository,
    digest: Digest,
    push: (mountFrom: readonly Repository[]) => Promise<Result>,
  ): Promise<Result> {
    const key = `${repository.registry} ${digest}`;
    for (let first = this.#first.get(key); first !== undefined; first = this.#first.get(key)) {
      const other = await first;
      if (other !== undefined) return await push([other]);
      // Whoever comes first sends it in the place of the one that failed.
      if (this.#first.get(key) === first) this.#first.delete(key);
    }
    const pushing = push([]);
    this.#first.set(key, pushing.then(() => repository, () => undefined));
    return await pushing;
  }
}
