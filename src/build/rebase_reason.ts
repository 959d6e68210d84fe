import type { Base, BaseFacts } from "../base/mod.ts";
import type { EnvironmentFacts } from "../cache_image/mod.ts";
import { IMAGE_PATHS } from "../plan/mod.ts";

/** Options of {@linkcode rebuildReason}. */
export interface ReasonOptions {
  /** Whose layers do not fit. */
  readonly layers: "environment" | "rcc";
  /** Of the image: what it knows of what it stands on. */
  readonly facts: EnvironmentFacts;
  readonly base: Base;
}

/** What would have to be rebuilt, and what of the bases differs as far as it is known. */
export function rebuildReason({ layers, facts, base }: ReasonOptions): string {
  const what = layers === "rcc"
    ? "the layer of rcc and its user would have to be built anew"
    : "all layers of the environment would have to be built anew";
  const old = facts.base?.facts;
  const reasons = old === undefined ? [] : differences(old, { base, space: facts.catalog.path });
  const why = reasons.length > 0
    ? reasons.join(", and ")
    : "its user or the folders above its own are others there, or another version made them";
  return `${what}: ${why}`;
}

function differences(
  old: BaseFacts,
  { base, space }: { readonly base: Base; readonly space: string },
): readonly string[] {
  const { users, tree } = base;
  const files = [
    ...(old.users.passwdText === users.passwdText ? [] : [IMAGE_PATHS.passwd]),
    ...(old.users.groupText === users.groupText ? [] : [IMAGE_PATHS.group]),
  ];
  const folders = new Set(
    [IMAGE_PATHS.rcc, IMAGE_PATHS.app, IMAGE_PATHS.facts, space].flatMap(parentsOf),
  );
  const changed = [...folders].filter((folder) =>
    describe(old.tree, folder) !== describe(tree, folder)
  );
  return [
    ...(files.length === 0 ? [] : [`${files.join(" and ")} of the bases differ`]),
    ...changed.map((folder) =>
      `"${folder}" is ${describe(tree, folder)} there and was ${describe(old.tree, folder)}`
    ),
  ];
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}

function describe(tree: Base["tree"], path: string): string {
  const found = tree.find(path);
  if (found === undefined) return "absent";
  const { node: { uid, gid, mode } } = found;
  const place = found.path.replace(/^\/*/, "/");
  const owned = `${uid}:${gid} ${mode.toString(8).padStart(4, "0")}`;
  return place === path ? owned : `${owned} at "${place}"`;
}
