/** File systems limit the names of a file: ext4 allows 65,000, btrfs fewer in one folder. */
const MOST_NAMES = 1000;
const NONE = -1;

/** A file of the environment that has been written. */
export interface WrittenFile {
  /** In the catalog's tree. */
  readonly node: number;
  /** As tar has it. */
  readonly mode: number;
}

/**
 * Makes files of equal content and mode one file of many names: the first stays, the others become
 * hard links to it. After a thousand names there is another first one.
 */
export class FileLinks {
  /** By content: the newest first file of the mode that was met first, and how many names it has. */
  readonly #nodes: Int32Array;
  readonly #modes: Uint16Array;
  readonly #names: Uint16Array;
  /** The same for other modes, which hardly any content has. */
  readonly #others = new Map<string, { node: number; names: number }>();

  /** @param count Of the contents. */
  constructor(count: number) {
    this.#nodes = new Int32Array(count).fill(NONE);
    this.#modes = new Uint16Array(count);
    this.#names = new Uint16Array(count);
  }

  /** The file that another becomes a link to; `undefined` when it is a first one itself. */
  add(content: number, file: WrittenFile): WrittenFile | undefined {
    const { node, mode } = file;
    if (this.#nodes[content] === NONE) this.#modes[content] = mode;
    else if (this.#modes[content] !== mode) return this.#addOther(`${content} ${mode}`, file);
    else if (this.#names[content]! < MOST_NAMES) {
      this.#names[content]!++;
      return { node: this.#nodes[content]!, mode };
    }
    this.#nodes[content] = node;
    this.#names[content] = 1;
    return undefined;
  }

  /** A file with this content, and whether it may have one more name. */
  find(content: number): { readonly file: WrittenFile; readonly isFull: boolean } | undefined {
    const node = this.#nodes[content]!;
    if (node === NONE) return undefined;
    const file = { node, mode: this.#modes[content]! };
    return { file, isFull: this.#names[content]! >= MOST_NAMES };
  }

  #addOther(key: string, { node, mode }: WrittenFile): WrittenFile | undefined {
    const known = this.#others.get(key);
    if (known !== undefined && known.names < MOST_NAMES) {
      known.names++;
      return { node: known.node, mode };
    }
    this.#others.set(key, { node, names: 1 });
    return undefined;
  }
}
