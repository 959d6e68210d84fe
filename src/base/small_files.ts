import { concat } from "../bytes/mod.ts";
import type { Failure } from "../failure/mod.ts";
import { baseFailure } from "./base_failure.ts";
import type { WantedContent } from "./read_contents.ts";
import type { Tree, TreeFile } from "./tree.ts";

const TEXT_LIMIT = 1024 * 1024;

/** A text of the base that fits in memory, empty when the base has none. */
export class SmallText {
  readonly #path: string;
  readonly #name: string;
  readonly #file: TreeFile | undefined;
  readonly #chunks: Uint8Array[] = [];

  constructor(path: string, { tree, name }: { readonly tree: Tree; readonly name: string }) {
    this.#path = path;
    this.#name = name;
    const node = tree.find(path)?.node;
    if (node === undefined) return;
    if (node.type !== "file") throw this.#failure(`found a ${node.type}`);
    if (node.size > TEXT_LIMIT) throw this.#failure(`found ${node.size} bytes`);
    this.#file = node;
  }

  wanted(): readonly WantedContent[] {
    const onChunk = (bytes: Uint8Array) => void this.#chunks.push(bytes);
    return this.#file === undefined ? [] : [{ file: this.#file, onChunk }];
  }

  finish(): string {
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      return decoder.decode(concat(this.#chunks));
    } catch {
      throw this.#failure("found other bytes");
    }
  }

  #failure(found: string): Failure {
    const expected = `expected a UTF-8 text of at most ${TEXT_LIMIT} bytes as "${this.#path}"`;
    return baseFailure("base/users", this.#name, `${expected}, ${found}`);
  }
}

/** Far more than an interpreter, its cache or a database of packages has. */
const OPTIONAL_LIMIT = 32 * 1024 * 1024;

/** A file that need not be there, nor make sense: of a huge one nothing is read. */
export class OptionalFile {
  readonly #file: TreeFile | undefined;
  readonly #chunks: Uint8Array[] = [];

  constructor(path: string, tree: Tree) {
    const node = tree.find(path)?.node;
    if (node?.type === "file" && node.size <= OPTIONAL_LIMIT) this.#file = node;
  }

  get isThere(): boolean {
    return this.#file !== undefined;
  }

  wanted(): readonly WantedContent[] {
    const onChunk = (bytes: Uint8Array) => void this.#chunks.push(bytes);
    return this.#file === undefined ? [] : [{ file: this.#file, onChunk }];
  }

  finish(): Uint8Array {
    return concat(this.#chunks);
  }
}
