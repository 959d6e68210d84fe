import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { Failure, throwFailures } from "../failure/mod.ts";
import { findTarget } from "../files/mod.ts";

/** A place that an option writes. */
export interface NamedPath {
  readonly option: string;
  readonly path: string;
}

/** A place that is read: nothing may be written in its place. */
export interface ReadPath {
  /** As in "it is the library". */
  readonly what: string;
  readonly path: string;
  /** What of a folder is its own. Without it the whole of a file. */
  readonly parts?: readonly string[];
}

/** What of a layout's folder is its own. */
export const LAYOUT_PARTS = ["blobs", "index.json", "oci-layout"];

/** @throws {Failure} or {Failures} of kind "usage". */
export async function requireDistinct(
  outputs: readonly NamedPath[],
  inputs: readonly ReadPath[],
): Promise<void> {
  const written = new Map<string, string>();
  const read = await Promise.all(
    inputs.map(async (input) => ({ ...input, id: await identify(input.path) })),
  );
  const failures: Failure[] = [];
  for (const { option, path } of outputs) {
    const id = await identify(path);
    if (id === undefined) continue;
    const other = written.get(id.name);
    const input = read.find((input) =>
      input.id !== undefined && isPart(id, { ...input, id: input.id })
    );
    const met = other === undefined ? input && `the ${input.what}` : `the place of ${other} too`;
    if (met !== undefined && !(option === "--oci-layout" && isLayout(input))) {
      failures.push(
        new Failure(
          "usage/option",
          `failed to use ${option} "${path}": it is ${met}, name another`,
        ),
      );
    }
    written.set(id.name, option);
  }
  throwFailures(failures);
}

/** An image may be added to the layout that its base is in. */
function isLayout(input: ReadPath | undefined): boolean {
  return input?.parts === LAYOUT_PARTS;
}

interface Identity {
  /** The same for all names of a place. */
  readonly name: string;
  /** The real path, as far as it is there. */
  readonly path: string;
}

/** Nothing for what any number may be written to: a device such as /dev/null. */
async function identify(path: string): Promise<Identity | undefined> {
  const target = await findTarget(path).catch(() => undefined);
  if (target?.kind === "stream" && target.descriptor !== undefined) {
    return { name: `descriptor ${target.descriptor}`, path };
  }
  const real = await realPath(resolve(path));
  const facts = await stat(real).catch(() => undefined);
  if (facts?.isCharacterDevice()) return undefined;
  const name = facts !== undefined && facts.ino !== 0 ? `${facts.dev} ${facts.ino}` : real;
  return { name, path: real };
}

async function realPath(path: string): Promise<string> {
  const parent = dirname(path);
  return await realpath(path).catch(async () =>
    parent === path ? path : join(await realPath(parent), basename(path))
  );
}

function isPart(output: Identity, { id, parts }: ReadPath & { readonly id: Identity }): boolean {
  if (output.name === id.name) return true;
  return (parts ?? []).some((part) => `${output.path}${sep}`.startsWith(join(id.path, part) + sep));
}
