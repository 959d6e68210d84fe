/**
 * Packs examples/hello into an image with what the repository and npm bring alone: a library recorded
 * from the example's environment folder, no base, and where no rcc is found a stand-in that says so.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { run } from "../src/cli/mod.ts";
import { prepareDemo } from "./demo/prepare_demo.ts";

const folder = await mkdtemp(join(tmpdir(), "rcc-oci-demo-"));
let code: number;
try {
  code = await run([...await prepareDemo(folder), "--tag", "hello:demo", "--save", "image.tar"]);
} finally {
  await rm(folder, { recursive: true });
}
process.exit(code);
