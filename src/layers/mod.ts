/**
 * What the layers of an environment are: who owns a file, and which packages share a layer. Pure.
 *
 * ```ts
 * import { cutEnvironment, findOwners } from "./mod.ts";
 * import { openLibrary } from "../holotree/mod.ts";
 *
 * const library = await openLibrary("tests/fixtures/tiny/hololib.zip");
 * const { catalog } = await library.readCatalog("95867f930bb13171");
 * const owners = findOwners(catalog, [{ name: "tinyenv", manager: "conda", files: ["bin/hello"] }]);
 * const cuts = cutEnvironment(catalog, owners, { maxLayers: 60 });
 * console.assert(cuts.map(({ kind }) => kind).join() === "interpreter,packages,records");
 * ```
 *
 * @module
 */
export { cutEnvironment, type CutKind, type EnvironmentCut } from "./cut.ts";
export { findOwners, isRecord, type Owners, RECORDS } from "./owners.ts";
