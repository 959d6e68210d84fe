import {
  type Environment,
  FOLDER,
  type SpaceForm,
  spaceLayer,
  spaceLayout,
  spaceRecords,
} from "../../src/holotree/mod.ts";
import { type Content, environmentEntries } from "../../src/packing/mod.ts";
import type { TarEntry } from "../../src/tar/mod.ts";

/** Who an environment is for. */
export interface EnvironmentEntriesOptions {
  readonly home?: string;
  readonly uid?: number;
}

/** All entries of an environment as a single layer, records among them. */
export async function environmentEntriesOf(
  environment: Environment,
  { home = "/home/robot", uid = 1000 }: EnvironmentEntriesOptions = {},
): Promise<readonly TarEntry<Content>[]> {
  const { tree, path, contents } = environment.catalog;
  const source = await environment.open(Array(contents.count).keys());
  const layout = spaceLayout(path, { home, robocorpHome: `${home}/.robocorp` });
  const form: SpaceForm = { start: "checked", owner: { uid, gid: uid }, layout, home };
  const places = { above: [], folder: layout.folder.slice(1), hololib: layout.hololib.slice(1) };
  const nodes: number[] = [];
  for (let node = 1; node < tree.names.count;) {
    const isLink = tree.symlinks.has(node);
    if (isLink || tree.contents[node] !== FOLDER || tree.ends[node] === node + 1) nodes.push(node);
    node = isLink ? tree.ends[node]! : node + 1;
  }
  const others = await spaceRecords(source, places, form);
  const layer = spaceLayer(source, { nodes, others }, { places, form });
  return [...environmentEntries(layer, { beginsAsGzip: false })];
}
