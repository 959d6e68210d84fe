import { Buffer } from "node:buffer";
import { addressCredentials, addressTokens, isPlaceholder } from "./addresses.ts";
import type { GramIndex } from "./gram_index.ts";
import { type HostSecret, secretForms } from "./host_secrets.ts";

/** What is looked for in a file. */
interface Needle {
  /** The bytes, each as one character. */
  readonly bytes: string;
  readonly kind: string;
}

/** Looks through bytes for the host's secrets and for credentials in addresses. */
export class SecretSearch {
  readonly #needles: readonly Needle[];
  readonly #overlap: number;

  constructor(secrets: readonly HostSecret[]) {
    this.#needles = secrets.flatMap((secret) =>
      secretForms(secret).map((form) => ({
        bytes: Buffer.from(form, "utf8").toString("latin1"),
        kind: `the value of ${secret.name}`,
      }))
    );
    this.#overlap = Math.max(LONGEST_ADDRESS, ...this.#needles.map(({ bytes }) => bytes.length));
  }

  /** Whether a secret may be in what was indexed; what addresses hold is not asked for. */
  mayBeIn(index: GramIndex): boolean {
    return this.#needles.some(({ bytes }) => index.mayHold(Buffer.from(bytes, "latin1")));
  }

  /** The kinds that were found, each once, in words that follow "found". */
  async find(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<readonly string[]> {
    const kinds = new Set<string>();
    let before = "";
    let isText = true;
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      // Binary files hold what looks like addresses by chance, but no secret by chance.
      isText &&= !bytes.includes(0);
      const window = before + bytes.toString("latin1");
      for (const kind of this.#kindsIn(window, isText)) kinds.add(kind);
      before = window.slice(-this.#overlap);
    }
    return [...kinds];
  }

  *#kindsIn(window: string, isText: boolean): Generator<string> {
    for (const { bytes, kind } of this.#needles) if (window.includes(bytes)) yield kind;
    if (!isText) return;
    if (addressCredentials(window).some(isMeant)) yield IN_ADDRESS.password;
    if (addressTokens(window).some(isToken)) yield IN_ADDRESS.token;
  }
}

/** What is found without knowing any secret. */
const IN_ADDRESS = {
  password: "a name and a password in an address (user:password@)",
  token: "a token in an address (/t/<token>/)",
} as const;

/** Whether something of a kind is found whatever secrets are looked for. */
export function isInAddress(kind: string): boolean {
  return kind === IN_ADDRESS.password || kind === IN_ADDRESS.token;
}

/** In bytes: what of an address may lie on both sides of a border between chunks. */
const LONGEST_ADDRESS = 4096;

function isMeant({ user, password }: { readonly user: string; readonly password: string }) {
  return user !== "" && !isPlaceholder(password);
}

/** Folders may be called `t` too, and what lies in them anything. */
function isToken(text: string): boolean {
  return !isPlaceholder(text) && (text.length >= 8 || /[0-9-]/.test(text));
}
