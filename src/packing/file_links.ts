/** File systems limit the names of a file: ext4 allows 65,000, btrfs fewer in one folder. */
const MOST_NAMES = 1000;

/** A file that others may be hard links of. */
export interface LinkTarget {
  readonly path: string;
  /** As tar has it. */
  readonly mode: number;
}

/**
 * Makes files of equal content and mode one file of many names: the first stays, the others become
 * hard links to it. After a thousand names there is another first one.
 */
export class FileLinks {
  /** By content and mode. */
  readonly #files = new Map<string, { readonly target: LinkTarget; names: number }>();

  /**
   * The file that another becomes a link to; `undefined` when it is a first one itself.
   *
   * @param content Equal for equal content.
   */
  add(content: number, file: LinkTarget): LinkTarget | undefined {
    const key = `${content} ${file.mode}`;
    const known = this.#files.get(key);
    if (known === undefined || known.names >= MOST_NAMES) {
      this.#files.set(key, { target: file, names: 1 });
      return undefined;
    }
    known.names++;
    return known.target;
  }
}
