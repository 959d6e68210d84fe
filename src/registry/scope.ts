/** What is to be done with a repository. https://distribution.github.io/distribution/spec/auth/scope/ */
export interface Scope {
  readonly repository: string;
  readonly actions: readonly ("pull" | "push")[];
}

/**
 * The scopes of a token as texts, sorted, one for each resource: what is needed, and what the
 * registry's challenge asks for.
 */
export function mergeScopes(needed: readonly Scope[], challenged = ""): readonly string[] {
  const actions = new Map<string, Set<string>>();
  const add = (resource: string, some: readonly string[]) => {
    const all = actions.get(resource) ?? new Set();
    for (const action of some) all.add(action);
    actions.set(resource, all);
  };
  for (const { repository, actions } of needed) add(`repository:${repository}`, actions);
  for (const text of challenged.split(" ").filter((text) => text !== "")) {
    const colon = text.lastIndexOf(":");
    if (colon > 0) add(text.slice(0, colon), text.slice(colon + 1).split(","));
  }
  return [...actions].map(([resource, all]) => `${resource}:${[...all].sort().join(",")}`).sort();
}
