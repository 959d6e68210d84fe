/**
 * What Python's marshal writes of one code object depends on what else the process has in memory:
 * whether something is marked as shared (https://github.com/python/cpython/issues/129724), whether a
 * text of one character is interned, in which order a set comes, and whether equal sets are one, for a
 * set is rebuilt when its texts were interned before. Here it gets one form.
 *
 * The format: https://github.com/python/cpython/blob/v3.13.0/Python/marshal.c
 */

/** What follows in a code object, by the versions of Python 3 that write it so. */
interface CodeLayout {
  /** Numbers of four bytes at its beginning. */
  readonly numbers: number;
  /** Objects behind the number of its first line; eight stand before it. */
  readonly last: number;
}

const OBJECTS_BEFORE_LINE = 8;

/** The versions whose code objects are known: bytecode outside of `__pycache__` begins with 3.8. */
export function codeLayout(minor: number): CodeLayout | undefined {
  if (minor >= 8 && minor <= 10) return { numbers: 6, last: 1 };
  return minor >= 11 && minor <= 14 ? { numbers: 5, last: 2 } : undefined;
}

/** An object of the stream. What refers to it again is the same node. */
interface Node {
  /** Its type, without the mark of what is shared. */
  readonly type: number;
  /** Its bytes behind the type: of a code object the numbers at its beginning. */
  readonly from: number;
  readonly to: number;
  readonly children: readonly Node[] | undefined;
  /** How often it stands in the stream. */
  uses: number;
  /** Its number among the shared ones, as soon as it has been written. */
  index: number;
}

const SHARED = 0x80;
const TYPE = {
  reference: code("r"),
  code: code("c"),
  tuple: code("("),
  smallTuple: code(")"),
  set: code("<"),
  frozenSet: code(">"),
  slice: code(":"),
  int: code("i"),
  long: code("l"),
  float: code("g"),
  complex: code("y"),
  bytes: code("s"),
  interned: code("t"),
  unicode: code("u"),
  ascii: code("a"),
  internedAscii: code("A"),
  shortAscii: code("z"),
  internedShortAscii: code("Z"),
} as const;

/** None, True, False, Ellipsis and StopIteration: they are never shared. */
const CONSTANTS = new Set([..."NTF.S"].map(code));
const SIZED = new Set<number>([
  ...[TYPE.bytes, TYPE.interned, TYPE.unicode, TYPE.ascii, TYPE.internedAscii],
]);

/**
 * The same code object in the one form, which is no longer than it was.
 *
 * @param minor Of the Python 3 that has written it.
 * @throws {RangeError} when it is not what that version writes.
 */
export function normalizeCode(bytes: Uint8Array, minor: number): Uint8Array {
  const layout = codeLayout(minor);
  if (layout === undefined) throw new RangeError(`expected Python 3.8 to 3.14, found 3.${minor}`);
  const reader = new Reader(bytes, layout);
  const root = reader.read();
  if (reader.position !== bytes.length) throw malformed(reader.position);
  return new Writer(bytes).write(root);
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #layout: CodeLayout;
  readonly #shared: (Node | undefined)[] = [];
  readonly #sets = new Map<string, Node>();
  position = 0;

  constructor(bytes: Uint8Array, layout: CodeLayout) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#layout = layout;
  }

  read(): Node {
    const start = this.position;
    const first = this.#byte();
    const type = first & ~SHARED;
    if (type === TYPE.reference) {
      const node = this.#shared[this.#number()];
      if (node === undefined) throw malformed(start);
      node.uses++;
      return node;
    }
    const isShared = (first & SHARED) !== 0;
    const index = isShared ? this.#shared.push(undefined) - 1 : -1;
    const node = this.#asOne(this.#readNode(type, start));
    if (isShared) this.#shared[index] = node;
    return node;
  }

  /** Equal sets are one. */
  #asOne(node: Node): Node {
    if (node.type !== TYPE.frozenSet) return node;
    const text = plainText(node, this.#bytes);
    const first = this.#sets.getOrInsert(text, node);
    if (first !== node) {
      release(node);
      first.uses++;
    }
    return first;
  }

  #readNode(type: number, start: number): Node {
    const leaf = (size: number): Node => {
      const from = this.#skip(size);
      return { type, from, to: this.position, children: undefined, uses: 1, index: -1 };
    };
    const group = (count: number, from = this.position): Node => {
      const to = this.position;
      const children: Node[] = [];
      for (let i = 0; i < count; i++) children.push(this.read());
      return { type, from, to, children, uses: 1, index: -1 };
    };
    if (CONSTANTS.has(type)) return leaf(0);
    if (type === TYPE.shortAscii || type === TYPE.internedShortAscii) {
      return leaf(1 + this.#peekByte());
    }
    if (SIZED.has(type)) return leaf(4 + this.#peekNumber());
    switch (type) {
      case TYPE.int:
        return leaf(4);
      case TYPE.long:
        return leaf(4 + 2 * Math.abs(this.#peekNumber()));
      case TYPE.float:
        return leaf(8);
      case TYPE.complex:
        return leaf(16);
      case TYPE.smallTuple:
        return group(this.#byte(), this.position - 1);
      case TYPE.tuple:
      case TYPE.set:
      case TYPE.frozenSet:
        return group(this.#number(), this.position - 4);
      case TYPE.slice:
        return group(3);
      case TYPE.code:
        return this.#readCode();
      default:
        throw malformed(start);
    }
  }

  #readCode(): Node {
    const from = this.#skip(4 * this.#layout.numbers);
    const to = this.position;
    const children: Node[] = [];
    for (let i = 0; i < OBJECTS_BEFORE_LINE; i++) children.push(this.read());
    const line = this.#skip(4);
    children.push({
      ...{ type: TYPE.int, from: line, to: this.position },
      ...{ children: undefined, uses: 1, index: -1 },
    });
    for (let i = 0; i < this.#layout.last; i++) children.push(this.read());
    return { type: TYPE.code, from, to, children, uses: 1, index: -1 };
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)]!;
  }

  #number(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  #peekByte(): number {
    const byte = this.#byte();
    this.position -= 1;
    return byte;
  }

  #peekNumber(): number {
    const number = this.#number();
    this.position -= 4;
    return number;
  }

  /** @returns Where it was before. */
  #skip(size: number): number {
    const from = this.position;
    if (size < 0 || from + size > this.#bytes.length) throw malformed(from);
    this.position += size;
    return from;
  }
}

function release(node: Node): void {
  if (--node.uses === 0) node.children?.forEach(release);
}

class Writer {
  readonly #from: Uint8Array;
  #to: Uint8Array;
  #filled = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#from = bytes;
    this.#to = new Uint8Array(bytes.length);
  }

  write(root: Node): Uint8Array {
    this.#write(root);
    return this.#to.subarray(0, this.#filled);
  }

  #write(node: Node): void {
    if (node.index >= 0) {
      this.#to[this.#filled++] = TYPE.reference;
      for (let shift = 0; shift < 32; shift += 8) {
        this.#to[this.#filled++] = node.index >>> shift & 0xff;
      }
      return;
    }
    const isShared = node.uses > 1;
    if (isShared) node.index = this.#count++;
    const { from, to, children } = node;
    this.#to[this.#filled++] = typeOf(node, this.#from) | (isShared ? SHARED : 0);
    this.#copy(from, to);
    if (children === undefined) return;
    const isSet = node.type === TYPE.frozenSet || node.type === TYPE.set;
    const ordered = isSet ? inOrder(children, this.#from) : children;
    for (let i = 0; i < ordered.length; i++) {
      // The number of a first line is no object and has no type.
      if (node.type === TYPE.code && i === OBJECTS_BEFORE_LINE) {
        this.#copy(ordered[i]!.from, ordered[i]!.to);
      } else this.#write(ordered[i]!);
    }
  }

  #copy(from: number, to: number): void {
    for (let i = from; i < to; i++) this.#to[this.#filled++] = this.#from[i]!;
  }
}

/** Texts of one character, and the empty one, are one object in a whole process, interned or not. */
function typeOf({ type, from, to }: Node, bytes: Uint8Array): number {
  if (type === TYPE.internedShortAscii) return to - from <= 2 ? TYPE.shortAscii : type;
  if (type !== TYPE.interned) return type;
  const size = to - from - 4;
  const isLatin = size === 2 && bytes[from + 4]! <= 0xc3;
  return size <= 1 || isLatin ? TYPE.unicode : type;
}

/** By what they are when nothing is shared. */
function inOrder(nodes: readonly Node[], bytes: Uint8Array): readonly Node[] {
  if (nodes.length < 2) return nodes;
  return nodes.map((node) => ({ node, text: plainText(node, bytes) }))
    .sort((a, b) => a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
    .map(({ node }) => node);
}

function plainText(node: Node, bytes: Uint8Array): string {
  let text = String.fromCharCode(typeOf(node, bytes));
  for (let i = node.from; i < node.to; i++) text += String.fromCharCode(bytes[i]!);
  const { children = [], type } = node;
  const parts = children.map((child) => plainText(child, bytes));
  return text + (type === TYPE.frozenSet ? parts.sort() : parts).join("");
}

function code(character: string): number {
  return character.charCodeAt(0);
}

function malformed(position: number): RangeError {
  return new RangeError(
    `expected what marshal writes of code, found something else at ${position}`,
  );
}
