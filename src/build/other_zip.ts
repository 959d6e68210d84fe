import { Failure } from "../failure/mod.ts";
import { openLibrary } from "../holotree/mod.ts";
import type { Context } from "./session.ts";

/** A hololib.zip beside robot.yaml without the environment that is looked for. */
export interface OtherZip {
  readonly path: string;
  /** The hash of the environment that is looked for. */
  readonly wanted: string;
}

/**
 * Says so, with both hashes: rcc takes such a zip for the library and looks nowhere else, so that
 * another environment in its place is nothing that its author knows of.
 */
export async function otherZipFailure(zip: OtherZip, { signal }: Context): Promise<Failure> {
  return new Failure(
    "environment/catalog-not-found",
    `failed to find environment "${zip.wanted}" in "${zip.path}" beside robot.yaml: ` +
      `${await contentOf(zip, signal)}, export it again with ` +
      "`rcc holotree export -r robot.yaml -z hololib.zip`, take it away, or add --resolve",
  );
}

/** The same where another library has the environment. */
export async function otherZipWarning(
  zip: OtherZip,
  { used, context: { signal } }: { readonly used: string; readonly context: Context },
): Promise<string> {
  return `"${zip.path}" beside robot.yaml does not have environment "${zip.wanted}": ` +
    `${await contentOf(zip, signal)}, and rcc would not run the robot with it; that of "${used}" ` +
    `is packed`;
}

async function contentOf({ path }: OtherZip, signal: AbortSignal): Promise<string> {
  const library = await openLibrary(path, { signal });
  const hashes = (await library.catalogs()).map(({ hash }) => hash);
  return hashes.length === 0 ? "it has none" : `it has ${hashes.join(", ")}`;
}
