import { isObject } from "../oci/mod.ts";
import type { StoredFacts } from "./base_facts.ts";
import { isTreeFacts } from "./tree_form.ts";

/** Whether JSON that others made has the form of a base's facts, but for its version. */
export function isOfForm(value: object): value is StoredFacts {
  const { tree, doubts, accounts, libraries, loader, release, system } = value as Fields;
  return isTreeFacts(tree) && isListOf(doubts, isText) &&
    isObject(accounts) && isText(accounts.passwd) && isText(accounts.group) &&
    isListOf(libraries, isLibrary) &&
    isObject(loader) && isListOf(loader.folders, isText) &&
    isObject(loader.cache) && Object.values(loader.cache).every(isText) &&
    (release === undefined ||
      isObject(release) && isText(release.id) && isText(release.version)) &&
    isObject(system) && isListOf(system.packages, isPackage) &&
    isListOf(system.unread, (name) => name === "rpm");
}

interface Fields {
  readonly [field: string]: unknown;
}

function isLibrary(value: unknown): boolean {
  return isObject(value) && isText(value.path) && isText(value.file) &&
    (value.glibc === undefined || isText(value.glibc) && /^\d+(?:\.\d+)*$/.test(value.glibc));
}

function isPackage(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { manager, name, version, architecture, source, license } = value;
  return (manager === "dpkg" || manager === "apk") && isText(name) && isText(version) &&
    isOptionalText(architecture) && isOptionalText(license) &&
    (source === undefined ||
      isObject(source) && isText(source.name) && isOptionalText(source.version));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}
