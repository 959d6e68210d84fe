// deno-lint-ignore-file no-console
import { docker, podman } from "../../tests/support/engines.ts";
import { PLACES, runPlace } from "../../tests/support/places.ts";

/** An environment in every place, as it is and sealed, run by podman and by docker. */
export async function soakPlaces(): Promise<void> {
  for (const [i, place] of PLACES.entries()) {
    for (const sealed of [false, true]) {
      await runPlace(place, { sealed, engine: (i + Number(sealed)) % 2 === 0 ? podman : docker });
    }
    console.log(`${place.name}: runs, sealed too`);
  }
}
