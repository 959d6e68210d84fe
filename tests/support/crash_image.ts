import { digestOf, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { opening } from "./registry_scene.ts";

const MIB = 1024 * 1024;

/** An image of three large layers, the same each time. */
export function crashImage() {
  const layers = [26, 30, 40].map((size) => countingBytes(size * MIB));
  const config = encodeJson({ os: "linux", architecture: "amd64" });
  const blobs = new Map([...layers, config].map((bytes) => [digestOf(bytes), bytes]));
  const described = (mediaType: string, bytes: Uint8Array) => (
    { mediaType, digest: digestOf(bytes), size: bytes.length }
  );
  const content = {
    config: described(MEDIA_TYPES.config, config),
    layers: layers.map((bytes) => described(MEDIA_TYPES.layer, bytes)),
  };
  const mediaType = MEDIA_TYPES.manifest;
  const bytes = encodeJson({ schemaVersion: 2, mediaType, ...content });
  return {
    manifest: { mediaType, bytes },
    ...content,
    blobs: {
      open: ({ digest }: { digest: typeof content.config.digest }) => opening(blobs.get(digest)!)(),
    },
  };
}

/** Bytes that do not repeat, made faster than pseudo-random ones. */
function countingBytes(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(size / 4);
  for (let i = 0; i < words.length; i++) words[i] = i + size;
  return new Uint8Array(words.buffer);
}
