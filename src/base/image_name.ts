import { parseReference } from "../oci/mod.ts";
import { parseLocalName } from "./local_name.ts";

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
