/**
 * One run of a program that pushes: `push_once.ts HOST CACHE_FOLDER`. Tests end it in the middle.
 */
import { createHttpClient } from "../../src/http/mod.ts";
import { parseReference } from "../../src/oci/mod.ts";
import { createRegistryClient } from "../../src/registry/mod.ts";
import { crashImage } from "./crash_image.ts";

const [host, cacheDirectory] = Deno.args as [string, string];
using http = createHttpClient();
const client = createRegistryClient({ http, cacheDirectory });
await client.pushImage(crashImage(), [parseReference(`${host}/bot:1`)], { concurrency: 2 });
