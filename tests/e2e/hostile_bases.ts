/** Bases that are meant badly, or only odd, and what a build makes of them. */
import { join } from "node:path";
import { type Descriptor, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { OciLayout } from "../../src/store/mod.ts";
import {
  addToLayout,
  blobPath,
  dir,
  file,
  hardlink,
  type ImageSpec,
  type MadeImage,
  makeImage,
  makeIndex,
  putBytes,
  symlink,
} from "../base/images.ts";
import { pax, type RawMember } from "../tar/raw_tar.ts";

/** A kind of base, and how a build on it ends. */
export interface HostileBase {
  readonly name: string;
  /** 0 where it is taken. */
  readonly code: 0 | 2 | 3 | 6;
  /** Of the error, or of the warning where it is taken. */
  readonly message?: RegExp;
  /** The layers above one that any robot can start on, or all that the image is. */
  readonly layers?: readonly (readonly RawMember[] | Uint8Array)[];
  readonly spec?: ImageSpec;
  /** Makes another manifest or index of it. */
  readonly root?: (made: Made) => Promise<Descriptor>;
  /** Damages the layout. */
  readonly damage?: (made: Made) => Promise<unknown>;
  /** More arguments of `build`. */
  readonly args?: readonly string[];
}

/** A base in a layout, before a kind has changed it. */
export interface Made {
  readonly path: string;
  readonly layout: OciLayout;
  readonly image: MadeImage;
}

const LOOP = [symlink("home", "loop"), symlink("loop", "home")];
const FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

/** By what is odd, as docs/reliability.md counts them. */
export const HOSTILE_BASES: Readonly<Record<string, readonly HostileBase[]>> = {
  "links and paths": [
    refused("two links in a loop over /home", /place "\/home.*": .* in a circle/, [LOOP]),
    refused("a link to itself over /usr/local", /place "\/usr\/local.*": .* in a circle/, [
      [symlink("usr/local", "local")],
    ]),
    refused("41 links one after another", /in a circle/, [chain(41)]),
    taken("40 links one after another", undefined, [chain(39)]),
    {
      ...refused("a volume over links in a loop", /place "\/data": .* in a circle/, [
        [symlink("data", "data")],
      ]),
      spec: { config: { config: { Volumes: { "/data": {} } } } },
    },
    {
      ...refused("a volume over everything", /its volume "\/" covers/, []),
      spec: { config: { config: { Volumes: { "/": {} } } } },
    },
    taken("/etc/passwd as a link to itself", undefined, [[symlink("etc/passwd", "passwd")]]),
    taken("links that lead out of the root", undefined, [[symlink("home", "../../../../var")]]),
    refused("a path with ..", /without "\.\."/, [[file("a/../../etc/shadow")]]),
    refused("a hard link out of the root", /without "\.\."/, [[hardlink("h", "../../etc/shadow")]]),
    refused("a hard link to nothing", /expected a file "none" for the hard link/, [
      [hardlink("h", "none")],
    ]),
    refused("a hard link before its target", /expected a file "t" for the hard link/, [
      [hardlink("h", "t"), file("t")],
    ]),
    refused("a path of 5,000 characters", /at most 4096 characters/, [
      [pax({ path: "a/".repeat(2500) }), file("a")],
    ]),
    refused("a file under a file", /found a file on the way/, [[file("f"), file("f/x")]]),
  ],
  "what stands in the image's own places": [
    refused("a file as /home", /the base has a file at "\/home"/, [[file("home")]]),
    refused("a pipe as /usr/local", /the base has a fifo at/, [[
      { name: "usr/local", typeflag: "6" },
    ]]),
    refused("a device as /home/robot", /the base has a character at/, [
      [{ name: "home/robot", typeflag: "3" }],
    ]),
    refused("a folder as /etc/passwd", /found a directory/, [[dir("etc/passwd")]]),
    refused("an /etc/passwd of 2 MB", /found 2000000 bytes/, [
      [file("etc/passwd", "x".repeat(2_000_000))],
    ]),
    refused("an /etc/group that is no text", /found other bytes/, [
      [file("etc/group", new Uint8Array([0xff, 0xfe, 0x80]))],
    ]),
  ],
  "what docker and podman refuse, and others unpack": [
    taken("a hard link across layers", /refuse its layer .*: its hard link "h" leads to "t"/, [
      [file("t")],
      [hardlink("h", "t")],
    ]),
    taken("a file that stands twice in a layer", /refuse its layer .*: "d" stands in it twice/, [
      [file("d", "1"), file("d", "2")],
    ]),
    taken("a folder that becomes a file", /refuse its layer .*: "d" stands in it twice/, [
      [dir("d"), file("d")],
    ]),
    taken(
      "a folder behind a link that leads nowhere",
      /refuse its layer .*: "s" leads by a symlink/,
      [
        [symlink("s", "nowhere"), file("s/x")],
      ],
    ),
  ],
  "sparse files": [
    taken("a sparse file", undefined, [
      [
        pax({
          "GNU.sparse.major": "1",
          "GNU.sparse.minor": "0",
          "GNU.sparse.name": "etc/passwd",
          "GNU.sparse.realsize": "2000",
        }),
        file(
          "GNUSparseFile.0/passwd",
          "1\n0\n26\n".padEnd(512, "\0") + "robot:x:1234:1234::/home/r",
        ),
      ],
    ]),
    refused("a sparse file of 2^50 bytes", /sparse file of at most 17\.2 GB, found 1\.1 PB/, [
      [pax({ "GNU.sparse.map": "", "GNU.sparse.size": String(2 ** 50) }), file("s")],
    ]),
    refused("a sparse file that is shorter than its parts", /sparse file of at least 100 bytes/, [
      [pax({ "GNU.sparse.map": "90,10", "GNU.sparse.size": "50" }), file("s", "0123456789")],
    ]),
    refused("a sparse file whose parts lie over one another", /parts of a sparse file in order/, [
      [pax({ "GNU.sparse.map": "0,5,3,5", "GNU.sparse.size": "50" }), file("s", "0123456789")],
    ]),
  ],
  "layers: number, type, digest": [
    refused(
      "126 layers in all",
      /it has 124 layers, with the image's own 2 they are 126/,
      many(123),
    ),
    taken("125 layers in all", undefined, many(122)),
    refused("a layer that is no tar", /in layer sha256:/, [new Uint8Array(1024).fill(65)]),
    {
      ...refused("a layer that its config does not name", /expected a tar sha256:/, [[file("a")]]),
      spec: { diffIds: [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`] },
    },
    {
      ...refused("a layer with one bit changed", /is damaged/, [[file("a")]]),
      damage: async ({ path, image }) => {
        const blob = blobPath(path, image.layers[1]!);
        const bytes = await Deno.readFile(blob);
        bytes[20]! ^= 1;
        await Deno.writeFile(blob, bytes);
      },
    },
    {
      ...refused("a layer that is missing", /is missing/, [[file("a")]]),
      damage: ({ path, image }) => Deno.remove(blobPath(path, image.layers[1]!)),
    },
    {
      ...taken("a layer that is not to be distributed", /marked as not to be distributed/, []),
      root: withManifest(({ config, layers }) => ({
        config,
        layers: layers.map((layer) => ({ ...layer, mediaType: FOREIGN })),
      })),
    },
    {
      ...refused("a layer of an unknown type", /is of type "application\/x-iso"/, []),
      root: withManifest(({ config, layers }) => ({
        config,
        layers: layers.map((layer) => ({ ...layer, mediaType: "application/x-iso" })),
      })),
    },
    {
      name: "layers of zstd for an archive",
      code: 2,
      message: /docker loads no zstd layers from an archive/,
      spec: { codec: "zstd" },
      args: ["--save", "image.tar"],
    },
  ],
  "configs, manifests and indexes": [
    {
      ...taken("a config typed octet-stream", undefined, []),
      root: withManifest(({ config, layers }) => ({
        config: { ...config, mediaType: "application/octet-stream" },
        layers,
      })),
    },
    {
      ...taken("a config without platform", /does not say what it runs on, .* linux\/amd64/, []),
      spec: { platform: { os: "", architecture: "" } },
    },
    {
      ...taken("a config for x86_64", undefined, []),
      spec: { platform: { os: "Linux", architecture: "x86_64" } },
    },
    {
      ...taken("a list entry without platform", undefined, []),
      root: ({ layout, image }) => makeIndex(layout, [image.root]),
    },
    {
      ...refused("an image for arm64 alone", /it has linux\/arm64, use one/, []),
      spec: { platform: { os: "linux", architecture: "arm64" } },
    },
    {
      ...refused("a config of 5 MB", /at most 4194304 are read/, []),
      spec: { config: { author: "x".repeat(5 * 1024 * 1024) } },
    },
    {
      ...refused("a config that is no JSON", /expected JSON/, []),
      root: async ({ layout, image: { layers } }) => {
        const config = await putBytes(layout, new Uint8Array(9), MEDIA_TYPES.config);
        const manifest = encodeJson({ schemaVersion: 2, config, layers });
        return await putBytes(layout, manifest, MEDIA_TYPES.manifest);
      },
    },
    {
      ...refused("a manifest of schema 1", /schema 1 is not supported/, []),
      root: ({ layout }) =>
        putBytes(layout, encodeJson({ schemaVersion: 1, fsLayers: [] }), MEDIA_TYPES.manifest),
    },
    {
      ...refused("an index of 200 manifests", /leads to over 100 manifests/, []),
      root: async ({ layout }) => {
        const arm = await makeImage(layout, { platform: { os: "linux", architecture: "arm64" } });
        return await makeIndex(layout, Array.from({ length: 200 }, () => arm.root));
      },
    },
    {
      ...refused(
        "an index.json that is a folder",
        /expected a file, found a folder|index\.json/,
        [],
      ),
      damage: async ({ path }) => {
        await Deno.remove(join(path, "index.json"));
        await Deno.mkdir(join(path, "index.json"));
      },
    },
  ],
};

function refused(
  name: string,
  message: RegExp,
  layers: HostileBase["layers"] & object,
): HostileBase {
  return { name, code: 6, message, layers };
}

function taken(
  name: string,
  warning: RegExp | undefined,
  layers: HostileBase["layers"] & object,
): HostileBase {
  return { name, code: 0, layers, ...(warning === undefined ? {} : { message: warning }) };
}

/** `/home` leads to the last of so many links, which leads to a folder. */
function chain(count: number): readonly RawMember[] {
  const links = Array.from({ length: count }, (_, i) => symlink(`l${i}`, `l${i + 1}`));
  return [symlink("home", "l0"), ...links, dir(`l${count}`)];
}

function many(count: number): readonly (readonly RawMember[])[] {
  return Array.from({ length: count }, (_, i) => [file(`f${i}`)]);
}

function withManifest(
  change: (image: MadeImage) => Readonly<Record<string, unknown>>,
): NonNullable<HostileBase["root"]> {
  return ({ layout, image }) => {
    const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, ...change(image) };
    return putBytes(layout, encodeJson(manifest), MEDIA_TYPES.manifest);
  };
}

/** Makes a base of that kind as a layout in a folder. */
export async function makeHostileBase(
  path: string,
  { layers = [], spec = {}, root, damage }: HostileBase,
  system: readonly RawMember[],
): Promise<void> {
  const layout = await OciLayout.openOrCreate(path);
  const image = await makeImage(layout, { ...spec, layers: [system, ...layers] });
  const made = { path, layout, image };
  await addToLayout(layout, await root?.(made) ?? image.root, "");
  await damage?.(made);
}
