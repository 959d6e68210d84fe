import { createHash } from "node:crypto";
import { type Catalog, FOLDER, nodePath } from "../holotree/mod.ts";
import { INTERPRETER, type Owners, RECORDS, REST } from "./owners.ts";

/** What a layer of an environment has in it; `environment` is all but the records, or all. */
export type CutKind = "environment" | "interpreter" | "package" | "packages" | "rest" | "records";

/** A layer of an environment: what it owns, without the folders above that. */
export interface EnvironmentCut extends Group {
  readonly kind: CutKind;
  /** Which part of a large package it is, from 1 on. */
  readonly part?: { readonly number: number; readonly of: number };
}

/** Nodes of a catalog's tree. */
interface Group {
  /** The packages that they belong to, sorted. */
  readonly packages: readonly string[];
  /** Ascending: the order in which an environment is restored. */
  readonly nodes: readonly number[];
  /** Of the files' content, in bytes. */
  readonly size: number;
}

/** A package of this size has a layer of its own, in bytes of its files. */
const OWN_LAYER_BYTES = 12_000_000;
/** A larger one is cut into parts, so that it keeps several workers busy. */
const PART_BYTES = 128_000_000;
const MOST_BUCKETS = 16;
/** Interpreter, rest and records. */
const OTHER_LAYERS = 3;

/** Options of {@linkcode cutEnvironment}. */
export interface CutOptions {
  /** At least 1. */
  readonly maxLayers: number;
}

/**
 * Cuts an environment into layers, so that what a layer holds depends on its own packages alone.
 * There is no state: a changed package changes its own layer, or the bucket of small packages that it
 * is in. Past the limit the smallest of those with a layer of their own go into buckets.
 *
 * @returns The layers in their order; none is empty.
 */
export function cutEnvironment(
  catalog: Catalog,
  owners: Owners,
  { maxLayers }: CutOptions,
): readonly EnvironmentCut[] {
  const { interpreter, packages, rest, records } = groupNodes(catalog, owners);
  const others = [interpreter, ...packages, rest];
  const cuts: readonly EnvironmentCut[] = maxLayers === 1
    ? [{ kind: "environment", ...merge([...others, records]) }]
    : maxLayers <= OTHER_LAYERS
    ? [{ kind: "environment", ...merge(others) }, { kind: "records", ...records }]
    : [
      { kind: "interpreter", ...interpreter },
      ...cutPackages(catalog, packages, maxLayers - OTHER_LAYERS),
      { kind: "rest", ...rest },
      { kind: "records", ...records },
    ];
  return cuts.filter(({ nodes }) => nodes.length > 0);
}

function cutPackages(
  catalog: Catalog,
  packages: readonly Group[],
  maxLayers: number,
): readonly EnvironmentCut[] {
  const buckets = Math.min(MOST_BUCKETS, maxLayers);
  const own = new Set<Group>();
  let room = maxLayers - buckets;
  for (const group of packages.toSorted((a, b) => b.size - a.size || byName(a, b))) {
    room -= partsOf(group);
    if (group.size < OWN_LAYER_BYTES || room < 0) break;
    own.add(group);
  }
  const small = Map.groupBy(
    packages.filter((group) => !own.has(group)),
    ({ packages: [name] }) => hashOf(name!) % buckets,
  );
  return [
    ...packages.filter((group) => own.has(group)).flatMap((group) => cutParts(catalog, group)),
    ...[...small].sort(([a], [b]) => a - b).map(([, groups]) => ({
      kind: "packages" as const,
      ...merge(groups),
    })),
  ];
}

/** A file stays in its part whatever becomes of the others, as long as there are as many parts. */
function cutParts(catalog: Catalog, group: Group): readonly EnvironmentCut[] {
  const of = partsOf(group);
  if (of === 1) return [{ kind: "package", ...group }];
  const parts = Map.groupBy(group.nodes, (node) => hashOf(nodePath(catalog.tree, node)) % of);
  return [...parts].sort(([a], [b]) => a - b).map(([number, nodes]) => ({
    kind: "package",
    packages: group.packages,
    nodes,
    size: nodes.reduce((sum, node) => sum + sizeOf(catalog, node), 0),
    part: { number: number + 1, of },
  }));
}

function partsOf({ size }: Group): number {
  return Math.ceil(size / PART_BYTES) || 1;
}

function byName(a: Group, b: Group): number {
  return a.packages[0]! < b.packages[0]! ? -1 : 1;
}

/** The same on every machine and in every version: layers are shared by it. */
function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE();
}

interface Groups {
  readonly interpreter: Group;
  /** In the order of their names. */
  readonly packages: readonly Group[];
  readonly rest: Group;
  readonly records: Group;
}

function groupNodes(catalog: Catalog, { byNode, packages }: Owners): Groups {
  const { tree: { names, contents, ends, symlinks } } = catalog;
  const drafts = new Map<number, { readonly nodes: number[]; size: number }>();
  for (let node = 1; node < names.count;) {
    const isFolder = contents[node] === FOLDER;
    const isLink = symlinks.has(node);
    const next = isFolder && !isLink ? node + 1 : ends[node]!;
    // Whoever owns something states the folders above it.
    if (!isFolder || isLink || ends[node] === node + 1) {
      const draft = drafts.getOrInsertComputed(byNode[node]!, () => ({ nodes: [], size: 0 }));
      draft.nodes.push(node);
      draft.size += isLink ? 0 : sizeOf(catalog, node);
    }
    node = next;
  }
  const group = (owner: number): Group => ({
    packages: owner < 0 ? [] : [packages[owner]!],
    ...(drafts.get(owner) ?? { nodes: [], size: 0 }),
  });
  return {
    interpreter: group(INTERPRETER),
    packages: packages.map((_, owner) => group(owner)).filter(({ nodes }) => nodes.length > 0),
    rest: group(REST),
    records: group(RECORDS),
  };
}

function sizeOf({ tree, contents }: Catalog, node: number): number {
  const content = tree.contents[node]!;
  return content === FOLDER ? 0 : contents.sizeOf(content);
}

function merge(groups: readonly Group[]): Group {
  return {
    packages: groups.flatMap(({ packages }) => packages).sort(),
    nodes: groups.flatMap(({ nodes }) => nodes).sort((a, b) => a - b),
    size: groups.reduce((sum, { size }) => sum + size, 0),
  };
}
