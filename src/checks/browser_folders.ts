import type { Tree } from "../base/mod.ts";

/** Where Playwright looks for browsers is said by these. */
export interface BrowserFacts {
  readonly packages: ReadonlySet<string>;
  readonly tree: Pick<Tree, "find">;
  /** Whether the environment brings browsers itself. */
  readonly hasOwn: boolean;
  readonly variables: Readonly<Record<string, string>>;
  /** HOME in the container. */
  readonly home: string;
}

const VARIABLE = "PLAYWRIGHT_BROWSERS_PATH";

/**
 * Whether there are browsers where the packages of an environment look for them.
 *
 * Sources: https://playwright.dev/python/docs/browsers#managing-browser-binaries and
 * https://github.com/robocorp/robocorp/blob/master/browser/src/robocorp/browser/_engines.py
 */
export function browserWarnings(facts: BrowserFacts): readonly string[] {
  const { packages, variables, home } = facts;
  const named = variables[VARIABLE] ?? "";
  const robocorp = `${home}/.robocorp/playwright`;
  if (packages.has("robocorp-browser")) {
    if (isFolder(robocorp, facts)) return [];
    const ignored = named === "" ? "" : `, for it ignores ${VARIABLE}`;
    return [
      `robocorp-browser looks for browsers in "${robocorp}" alone${ignored}, and the base has none ` +
      `there: each container downloads one at its start, use a base that has them`,
    ];
  }
  if (!packages.has("playwright") || facts.hasOwn) return [];
  if (named === "0") {
    return [`playwright looks for browsers in its own folder, for ${VARIABLE} is 0, and has none`];
  }
  const folder = named === "" ? `${home}/.cache/ms-playwright` : named;
  if (isFolder(folder, facts)) return [];
  return [
    `playwright looks for browsers in "${folder}", and the base has none there: use a base that has ` +
    `them, and say where with --env ${VARIABLE}=/its/folder`,
  ];
}

function isFolder(path: string, { tree }: BrowserFacts): boolean {
  return tree.find(path)?.node.type === "directory";
}
