import {
  type ByteSource,
  CHUNK_BYTES,
  gunzipSteps,
  gzipMember,
  Inflater,
  OutputWindow,
} from "../compression/mod.ts";
import { concat } from "../bytes/mod.ts";
import { createMemory } from "../wasm/mod.ts";

/** A file that is made when its layer is packed: what another one holds, with another beginning. */
export interface RepackedFile {
  readonly type: "repacked";
  /** As in tar entries. */
  readonly path: string;
  /** The other file, gzip. */
  readonly packed: Uint8Array;
  /** How many bytes of what it holds are left out. */
  readonly skipped: number;
  /** What stands in their place. */
  readonly beginning: Uint8Array;
  /** Of the gzip that is made. */
  readonly level: number;
}

/** The file's bytes: members of gzip, of 1 MiB each. @throws when the other one is not whole gzip. */
export function repack({ packed, skipped, beginning, level }: RepackedFile): Uint8Array {
  const members: Uint8Array[] = [];
  const chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  const pack = () => {
    members.push(gzipMember(chunk.subarray(0, filled), level));
    filled = 0;
  };
  const add = (bytes: Uint8Array) => {
    for (let offset = 0; offset < bytes.length;) {
      const part = bytes.subarray(offset, offset + CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (filled === CHUNK_BYTES) pack();
    }
  };
  add(beginning);
  let left = skipped;
  for (const step of contentOf(packed)) {
    add(step.subarray(left));
    left = Math.max(0, left - step.length);
  }
  if (filled > 0) pack();
  return concat(members);
}

/** Whether a file that is gzip holds these bytes at its beginning. @throws when it is not gzip. */
export function beginsWith(packed: Uint8Array, beginning: Uint8Array): boolean {
  let compared = 0;
  for (const step of contentOf(packed)) {
    for (let i = 0; i < step.length && compared < beginning.length; i++, compared++) {
      if (step[i] !== beginning[compared]) return false;
    }
    if (compared === beginning.length) return true;
  }
  return false;
}

function contentOf(packed: Uint8Array): Iterable<Uint8Array> {
  const inflater = new Inflater(new OutputWindow(createMemory()));
  inflater.open(new MemorySource(packed));
  return gunzipSteps(inflater);
}

class MemorySource implements ByteSource {
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length;
  }

  read(buffer: Uint8Array): number {
    const part = this.#bytes.subarray(0, buffer.length);
    buffer.set(part);
    this.#bytes = this.#bytes.subarray(part.length);
    return part.length;
  }
}
