import type { Image } from "../../src/image/mod.ts";
import { digestOf, encodeJson, MEDIA_TYPES, parseReference } from "../../src/oci/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";

function inline(bytes: Uint8Array, mediaType: string) {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

/** An image of one layer; nothing looks into it here. */
export function imageOf(text: string, ...tags: readonly string[]): Image {
  const blobs = new MemoryStore();
  const layer = blobs.add(new TextEncoder().encode(`layer ${text}`), MEDIA_TYPES.layerGzip);
  const config = inline(encodeJson({ text }), MEDIA_TYPES.config);
  const manifest = inline(
    encodeJson({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: config.descriptor,
      layers: [layer],
    }),
    MEDIA_TYPES.manifest,
  );
  return {
    manifest,
    config,
    layers: [{ descriptor: layer, blobs }, { descriptor: layer, blobs }],
    tags: tags.map(parseReference),
    created: new Date(0),
  };
}
