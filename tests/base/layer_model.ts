/**
 * A simple model of layers that lie over one another: paths in a flat map, and removal by the
 * beginnings of paths, nothing of the tree of folders that it is to judge.
 */
import fc from "fast-check";
import type { RawMember } from "../tar/raw_tar.ts";
import { dir, file, hardlink, symlink } from "./images.ts";

type ModelEntry = { readonly type: "dir" | "file" | "symlink"; readonly text: string };
/** What stands at each path. */
export type Model = Map<string, ModelEntry>;

/** One thing that a layer says. */
export interface Step {
  readonly kind: "dir" | "file" | "symlink" | "hardlink" | "whiteout" | "opaque";
  readonly path: readonly string[];
  readonly other: readonly string[];
  readonly number: number;
}

const NAMES = ["a", "b", "c", "a-b"];
const PATH = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 });
const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("dir", "file", "file", "symlink", "hardlink", "whiteout", "opaque"),
  path: PATH,
  other: PATH,
  number: fc.nat(0o777),
});

/** Layers as lists of steps. */
export const STEPS = fc.array(fc.array(STEP, { maxLength: 12 }), { minLength: 1, maxLength: 5 });

/** Applies one layer's steps, those that are possible, and returns these as members. */
export function applyLayer(model: Model, steps: readonly Step[]): RawMember[] {
  const upper: Model = new Map();
  const stated = new Set<string>();
  /** What marks hide, each with the folder that the mark stands in: it goes with its folder. */
  let hidden: { readonly folder: string; readonly path: string; readonly itself: boolean }[] = [];
  const members: RawMember[] = [];
  for (const { kind, path: parts, other, number } of steps) {
    const path = parts.join("/");
    const parents = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("/"));
    const folders = kind === "opaque" ? [...parents, path] : parents;
    // Below a file of the same layer nothing can be, and links there are another test's.
    if (folders.some((folder) => (upper.get(folder)?.type ?? "dir") !== "dir")) continue;
    const target = other.join("/");
    const linked = kind === "hardlink" ? upper.get(target) ?? model.get(target) : undefined;
    if (kind === "hardlink") {
      if (linked === undefined || linked.type !== "file" || folders.includes(target)) continue;
      if (upper.get(target) === undefined && hasFileAbove(upper, other)) continue;
    }
    for (const folder of folders) {
      if (!upper.has(folder)) upper.set(folder, { type: "dir", text: "d 755" });
    }
    const shown = number.toString(8);
    switch (kind) {
      case "dir":
        if (upper.get(path)?.type !== "dir") removeBelow(upper, path);
        upper.set(path, { type: "dir", text: `d ${shown}` });
        stated.add(path);
        members.push(dir(path, modeField(shown)));
        break;
      case "whiteout":
        hidden.push({ folder: parents.at(-1) ?? "", path, itself: true });
        members.push(file([...parts.slice(0, -1), `.wh.${parts.at(-1)}`].join("/")));
        break;
      case "opaque":
        hidden.push({ folder: path, path, itself: false });
        members.push(file(`${path}/.wh..wh..opq`));
        break;
      default: {
        removeBelow(upper, path);
        stated.delete(path);
        hidden = hidden.filter(({ folder }) => !`${folder}/`.startsWith(`${path}/`));
        const entry: ModelEntry = linked ??
          (kind === "symlink"
            ? { type: "symlink", text: `l ${target}` }
            : { type: "file", text: `f ${shown} ${number}` });
        upper.set(path, entry);
        // Some engines give an inode the mode of its last name: real layers repeat the first one's.
        if (linked !== undefined) {
          members.push({ ...hardlink(path, target), mode: modeField(linked.text.split(" ")[1]!) });
        } else if (kind === "symlink") members.push(symlink(path, target));
        else members.push({ ...file(path, "x".repeat(number)), mode: modeField(shown) });
      }
    }
  }
  for (const { path, itself } of hidden) {
    removeBelow(model, path);
    if (itself) model.delete(path);
  }
  const shallowFirst = [...upper].sort(([a], [b]) => a.split("/").length - b.split("/").length);
  for (const [path, entry] of shallowFirst) {
    if (entry.type !== "dir") removeBelow(model, path);
    else if (model.get(path)?.type === "dir" && !stated.has(path)) continue;
    model.set(path, entry);
  }
  return members;
}

function modeField(octal: string): string {
  return `${octal.padStart(7, "0")}\0`;
}

/**
 * Those of a layer's steps that all tools agree on: every path once, parents stated before what is
 * in them, whiteouts of what there is, hard links within the layer.
 */
export function agreedSteps(model: Model, steps: readonly Step[]): readonly Step[] {
  const stated = new Map<string, Step["kind"]>();
  const agreed: Step[] = [];
  const state = (step: Step) => {
    agreed.push(step);
    stated.set(step.path.join("/"), step.kind);
  };
  for (const step of steps) {
    const { kind, path: parts } = step;
    const path = parts.join("/");
    const parents = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1));
    if (stated.has(path)) continue;
    if (parents.some((parent) => (stated.get(parent.join("/")) ?? "dir") !== "dir")) continue;
    if (kind === "whiteout" && !model.has(path)) continue;
    if (kind === "opaque" && model.get(path)?.type !== "dir") continue;
    if (kind === "hardlink" && stated.get(step.other.join("/")) !== "file") continue;
    for (const folder of kind === "opaque" ? [...parents, parts] : parents) {
      if (stated.has(folder.join("/"))) continue;
      const mode = /^d ([0-7]+)$/.exec(model.get(folder.join("/"))?.text ?? "d 755")?.[1];
      state({ ...step, kind: "dir", path: folder, number: parseInt(mode ?? "755", 8) });
    }
    if (kind === "opaque") agreed.push(step);
    else state(step);
  }
  return agreed;
}

function removeBelow(model: Model, path: string): void {
  for (const other of [...model.keys()]) if (other.startsWith(`${path}/`)) model.delete(other);
}

function hasFileAbove(upper: Model, path: readonly string[]): boolean {
  return path.some((_, i) => {
    const found = upper.get(path.slice(0, i).join("/"));
    return found !== undefined && found.type !== "dir";
  });
}

/** As `listTree` lists a tree, but sorted by whole lines. */
export function listModel(model: Model): readonly string[] {
  return [...model].map(([path, { type, text }]) => {
    const [letter, ...rest] = text.split(" ");
    if (type === "symlink") return `l ${path} ${rest[0]}`;
    return [letter, rest[0], path, ...rest.slice(1)].join(" ");
  }).sort();
}
