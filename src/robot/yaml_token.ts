/** A piece of YAML, and where it begins, in UTF-16 units. */
export type YamlToken =
  | {
    readonly type: "scalar";
    readonly offset: number;
    readonly text: string;
    readonly isPlain: boolean;
  }
  | { readonly type: "anchor" | "alias"; readonly offset: number; readonly name: string }
  | {
    readonly type: "tag";
    readonly offset: number;
    readonly handle: string;
    readonly suffix: string;
  }
  | { readonly type: "version"; readonly offset: number; readonly isKnown: boolean }
  | {
    readonly type: "prefix";
    readonly offset: number;
    readonly handle: string;
    readonly prefix: string;
  }
  | { readonly type: YamlIndicator; readonly offset: number };

/** Tokens that are nothing but what they are called. */
export type YamlIndicator =
  | "stream-end"
  | "document-start"
  | "document-end"
  | "block-list"
  | "block-mapping"
  | "block-end"
  | "["
  | "]"
  | "{"
  | "}"
  | ","
  | "-"
  | "?"
  | ":";

/** @throws always, at a place of the text. */
export type Refuse = (offset: number, message: string) => never;
