import type { YamlDocument } from "./yaml_document.ts";
import type { YamlNode, YamlTarget } from "./yaml_node.ts";

/** How many values may be reached through aliases, far more than a robot has. */
const MOST_ALIASED = 100_000;

/** Follows aliases, and counts: a few lines of aliases of aliases can stand for billions of values. */
export class YamlAliases {
  readonly #document: YamlDocument;
  #count = 0;

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  /** What a node stands for. */
  resolve(node: YamlNode): YamlTarget {
    if (node.type !== "alias") return node;
    this.count(node);
    return node.target;
  }

  /** Counts a node that was reached through an alias. @throws {Failure} when they are too many. */
  count(node: YamlNode): void {
    this.#count += 1;
    if (this.#count <= MOST_ALIASED) return;
    throw this.#document.source.failureAt(node.offset, {
      id: "robot/yaml",
      message: `aliases repeat more than ${MOST_ALIASED} values, write out what is meant`,
    });
  }
}
