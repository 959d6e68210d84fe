import { isAlias } from "yaml";
import type { YamlDocument } from "./yaml_document.ts";
import type { YamlValue } from "./yaml_node.ts";

/** How many values may be reached through aliases, far more than a robot has. */
const MOST_ALIASED = 100_000;

/** Follows aliases, and counts: a few lines of aliases of aliases can stand for billions of values. */
export class YamlAliases {
  readonly #document: YamlDocument;
  #count = 0;

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  /** What a value stands for. */
  resolve(value: YamlValue): YamlValue {
    if (!isAlias(value)) return value;
    this.count(value);
    return this.#document.targets.get(value) ?? null;
  }

  /** Counts a value that was reached through an alias. @throws {Failure} when they are too many. */
  count(value: YamlValue): void {
    this.#count += 1;
    if (this.#count <= MOST_ALIASED) return;
    throw this.#document.source.failureAt(value?.range[0] ?? 0, {
      id: "robot/yaml",
      message: `aliases repeat more than ${MOST_ALIASED} values, write out what is meant`,
    });
  }
}
