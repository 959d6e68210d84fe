import { formatReference, parseReference, type Reference, withDefaultTag } from "../oci/mod.ts";

/** The registry of an image's name; none for an image of this machine. */
export function registriesOf(name: string): readonly string[] {
  if (name === "scratch" || LOCAL_IMAGE.test(name)) return [];
  try {
    return [parseReference(name).registry];
  } catch {
    return []; // Said when it is read.
  }
}

/** The folder or file of an image of this machine, whose name begins with `oci:` or the like. */
export function localImagePath(name: string): string | undefined {
  const [, place] = LOCAL_IMAGE.exec(name) ?? [];
  return place ? parseLocalName(place).path : undefined;
}

const LOCAL_IMAGE = /^(?:oci|oci-archive|docker-archive):(.*)$/s;

/** A base image on this machine: `oci:dir[:tag]` and the like. */
export interface LocalName {
  readonly path: string;
  /** What was asked for among several images: a tag or a full reference. */
  readonly tag?: string;
}

/**
 * Takes apart what follows `oci:`, `oci-archive:` or `docker-archive:`. As in other tools the first
 * colon ends the path, for a full reference has colons of its own; but not that of a drive letter.
 */
export function parseLocalName(text: string): LocalName {
  const drive = /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0;
  const colon = text.indexOf(":", drive);
  if (colon < 0) return { path: text };
  const tag = text.slice(colon + 1);
  return { path: text.slice(0, colon), ...(tag === "" ? {} : { tag }) };
}

/**
 * How well an image's name answers what was asked for: 2 when it is the same image, 1 when only the
 * tag is the same, 0 when nothing is.
 */
export function matchName(asked: string, name: string): 0 | 1 | 2 {
  if (asked === name) return 2;
  const found = tryReference(name);
  const wanted = tryReference(asked);
  if (found && wanted && formatReference(found) === formatReference(wanted)) return 2;
  return found?.tag === asked ? 1 : 0;
}

/** Which of an image's names is meant, in full; none when it has no name. */
export function chosenName(
  names: readonly string[],
  { tag }: Pick<LocalName, "tag">,
): string | undefined {
  const best = tag === undefined
    ? names[0]
    : names.toSorted((a, b) => matchName(tag, b) - matchName(tag, a))[0];
  return best === undefined ? undefined : fullName(best);
}

/** The full reference where the name is one that has a repository, else the name. */
export function fullName(name: string): string {
  const isTagAlone = !/[:/]/.test(name);
  const reference = isTagAlone ? undefined : tryReference(name);
  return reference === undefined ? name : formatReference(reference);
}

function tryReference(text: string): Reference | undefined {
  try {
    return withDefaultTag(parseReference(text));
  } catch {
    return undefined;
  }
}
