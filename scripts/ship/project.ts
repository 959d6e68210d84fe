import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where everything that is made to be shipped is put. */
export const DIST = join(ROOT, "dist");

/** Where the releases are. `scripts/install.sh` and `scripts/install.ps1` name it too. */
export const REPOSITORY_URL = "https://github.com/joshyorko/rcc-oci";

/** What the packages say of the program. */
export const DESCRIPTION =
  "Packs an RCC robot with its environment into an OCI image, without a container engine";
