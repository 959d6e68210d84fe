import type { Base } from "../base/mod.ts";
import {
  condaPurl,
  type Evidence,
  type EvidenceEnvironment,
  type EvidenceLayer,
  type EvidencePackage,
  fileOwners,
  pypiPurl,
  systemPurl,
} from "../evidence/mod.ts";
import { Failure } from "../failure/mod.ts";
import { type Environment, type PackageDetails, walkCatalog } from "../holotree/mod.ts";
import type { Image, Layer } from "../image/mod.ts";
import { formatReference } from "../oci/mod.ts";
import { formatTime, isOfLibrary, type Plan } from "../plan/mod.ts";
import { PROGRAM_NAME, VERSION } from "../version.ts";
import type { CompleteInputs } from "./complete_inputs.ts";

/** What was built, and what it was built of. */
export interface MadeFacts {
  readonly plan: Plan;
  readonly inputs: Pick<CompleteInputs, "robot" | "source" | "rcc" | "environment">;
  readonly layers: readonly Layer[];
  readonly image: Image;
}

/** The program, as documents call it. */
export const TOOL = { name: PROGRAM_NAME, version: VERSION };

/** Collects what is in an image. @throws {Failure} when nobody knows what a layer holds. */
export async function collectEvidence(made: MadeFacts): Promise<Evidence> {
  const { plan, inputs: { robot, source, rcc, environment }, layers, image } = made;
  const { base } = plan;
  return {
    image: { references: plan.tags.map(formatReference), digest: image.manifest.descriptor.digest },
    created: formatTime(plan.created),
    tool: TOOL,
    base: {
      name: base.referenceName,
      ...(base.digest === undefined ? {} : { digest: base.digest }),
      ...(base.release === undefined ? {} : { release: base.release }),
      packages: basePackages(base),
      unread: base.system.unread,
    },
    rcc: { sha256: rcc.sha256, ...(rcc.version === undefined ? {} : { version: rcc.version }) },
    robot: { name: robot.name, ...source },
    ...(environment === undefined
      ? {}
      : { environment: await collectEnvironment(environment, { plan, layers }) }),
    layers: [
      ...base.layers.map(({ descriptor, diffId }): EvidenceLayer => ({
        digest: descriptor.digest,
        diffId,
        part: "base",
      })),
      ...layers.map(({ descriptor, diffId, plan: { name } }): EvidenceLayer => ({
        digest: descriptor.digest,
        diffId,
        part: name,
      })),
    ],
  };
}

/** The layer that last wrote a package's own record has the package. */
function basePackages({ tree, release, system }: Base): readonly EvidencePackage[] {
  return system.packages.map((one) => {
    const { manager, name, version, license, architecture } = one;
    const kind = manager === "dpkg" ? "deb" : "apk";
    const records = manager === "dpkg"
      ? [name, `${name}:${architecture}`].map((known) => `/var/lib/dpkg/info/${known}.list`)
        .concat(`/var/lib/dpkg/status.d/${name}`, "/var/lib/dpkg/status")
      : ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
    const record = records.map((path) => tree.find(path)?.node).find((node) => node !== undefined);
    return {
      kind,
      name,
      version,
      purl: systemPurl({ ...one, kind, ...(release === undefined ? {} : { release }) }),
      ...(license === undefined ? {} : { license }),
      layers: record === undefined ? [] : [record.layer],
    };
  });
}

async function collectEnvironment(
  environment: Environment,
  { plan, layers }: Pick<MadeFacts, "plan" | "layers">,
): Promise<EvidenceEnvironment> {
  const { catalog } = environment;
  const packages = await environment.details();
  const owners = fileOwners(packages);
  const layerOf = layersByNode(catalog.tree.names.count, { plan, layers });
  const digestOf = restoredDigests(environment, { plan, layers });
  const files: EvidenceEnvironment["files"][number][] = [];
  const used = packages.map(() => new Set<number>());
  for (const entry of walkCatalog(catalog)) {
    if (entry.kind !== "file" || entry.symlink !== undefined) continue;
    const layer = layerOf[entry.node]!;
    const owner = owners.get(entry.path);
    if (owner !== undefined) used[owner]!.add(layer);
    const sha256 = digestOf(entry.content, layer);
    files.push({ path: entry.path, sha256, ...(owner !== undefined && { package: owner }), layer });
  }
  return {
    hash: catalog.blueprint,
    rcc: catalog.rcc,
    path: plan.space!.folder,
    packages: packages.map((one, i) => environmentPackage(one, used[i]!)),
    files,
  };
}

function layersByNode(
  count: number,
  { plan: { base }, layers }: Pick<MadeFacts, "plan" | "layers">,
): Int32Array {
  const byNode = new Int32Array(count);
  for (const [i, { plan }] of layers.entries()) {
    if (!isOfLibrary(plan)) continue;
    for (const node of plan.nodes) byNode[node] = base.layers.length + i;
  }
  return byNode;
}

/** The catalog's digests are of what was recorded; what a restore changes was hashed when it was packed. */
function restoredDigests(
  { catalog }: Environment,
  { plan: { base }, layers }: Pick<MadeFacts, "plan" | "layers">,
): (content: number, layer: number) => string {
  const { contents, blobMode } = catalog;
  const known = layers.map(({ restored }) =>
    new Map((restored ?? []).map(({ digest, sha256 }) => [digest, sha256]))
  );
  return (content, layer) => {
    const digest = contents.digestOf(content);
    if (blobMode === "compressed" && contents.rewriteOf(content).length === 0) return digest;
    const own = layer - base.layers.length;
    const sha256 = known[own]!.get(digest);
    if (sha256 !== undefined) return sha256;
    throw new Failure(
      "output/unwritable",
      `failed to list the image's files: layer ${layers[own]!.descriptor.digest} was not packed ` +
        `here, and nothing says what its files hold; build without --cache-from`,
    );
  };
}

function environmentPackage(one: PackageDetails, used: ReadonlySet<number>): EvidencePackage {
  const { manager, name, version, license, record, origin, conda } = one;
  const download = origin ?? conda;
  return {
    kind: manager === "pip" ? "pypi" : "conda",
    name,
    version,
    purl: manager === "pip"
      ? pypiPurl({ name, version, ...(origin === undefined ? {} : { origin }) })
      : condaPurl({ name, version, ...conda }),
    ...(license === undefined ? {} : { license }),
    record,
    ...(download === undefined || Object.keys(download).length === 0 ? {} : {
      download: {
        ...(download.url === undefined || download.url.startsWith("file:")
          ? {}
          : { url: download.url }),
        ...(download.sha256 === undefined ? {} : { sha256: download.sha256 }),
        ...(conda?.md5 === undefined ? {} : { md5: conda.md5 }),
      },
    }),
    layers: [...used].sort((a, b) => a - b),
  };
}
