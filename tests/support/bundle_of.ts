import { Buffer } from "node:buffer";
import { zipOf, type ZipPart } from "../holotree/zip_of.ts";

/** The line between the program and the archive of a bundle. */
export const PAYLOAD_MARK = "# ===RCC_PAYLOAD_START===";

/** A bundle as `rcc robot bundle` writes it: the archive counts from its own beginning. */
export function bundleOf(parts: readonly ZipPart[]): Uint8Array {
  const program = `#!/usr/bin/env python3\nprint("run me with rcc")\n\n${PAYLOAD_MARK}\n`;
  return Buffer.concat([Buffer.from(program), zipOf(parts)]);
}
