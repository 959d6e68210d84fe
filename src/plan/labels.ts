import type { ContainerConfig } from "../oci/mod.ts";
import { isLayersLabel } from "./layer_record.ts";
import { ENVIRONMENT_LABEL } from "./published.ts";

/** What labels say of the image. */
export interface LabelFacts {
  readonly title: string;
  readonly version?: string;
  readonly created?: Date;
  readonly base: { readonly name: string; readonly digest?: string };
  /** Where the robot's code is from, when git says. */
  readonly source?: { readonly url?: string; readonly revision?: string };
  readonly environment?: {
    /** The catalog's blueprint hash. */
    readonly hash: string;
    /** The version of rcc that built the environment. */
    readonly rcc?: string;
  };
}

const OCI = "org.opencontainers.image";

/** Our own labels: what `inspect` tells of an image. */
export const OWN_LABELS = {
  catalog: "rcc-oci.environment.catalog",
  rcc: "rcc-oci.environment.rcc-version",
} as const;

/**
 * The labels of an image. The base's own standard labels say what the base is, and are dropped; its
 * others stay; those that were asked for come last.
 *
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md
 */
export function imageLabels(
  facts: LabelFacts,
  { base, asked }: {
    readonly base: Readonly<Record<string, string>>;
    readonly asked: ReadonlyMap<string, string>;
  },
): ReadonlyMap<string, string> {
  const kept = Object.entries(base).filter(([name]) => !isStandard(name));
  const ours = {
    [`${OCI}.title`]: facts.title,
    [`${OCI}.version`]: facts.version,
    [`${OCI}.created`]: facts.created === undefined ? undefined : formatTime(facts.created),
    [`${OCI}.base.name`]: facts.base.name,
    [`${OCI}.base.digest`]: facts.base.digest,
    [`${OCI}.source`]: facts.source?.url,
    [`${OCI}.revision`]: facts.source?.revision,
    [OWN_LABELS.catalog]: facts.environment?.hash,
    [OWN_LABELS.rcc]: facts.environment?.rcc,
  };
  const stated = Object.entries(ours).filter((entry): entry is [string, string] =>
    entry[1] !== undefined
  );
  return new Map([...kept, ...stated, ...asked]);
}

/**
 * The image's labels as annotations of its manifest, which is what registries and their clients show:
 * without those that are the base's alone, and without what the layers' own annotations say.
 */
export function imageAnnotations(
  { base, config }: {
    readonly base: { readonly config: { readonly config?: ContainerConfig } };
    readonly config: ContainerConfig;
  },
): Readonly<Record<string, string>> {
  const inherited = base.config.config?.Labels ?? {};
  return Object.fromEntries(
    Object.entries(config.Labels ?? {}).filter(([name, value]) =>
      !isLayersLabel(name) && (isStandard(name) || inherited[name] !== value)
    ),
  );
}

/** RFC 3339 in whole seconds, UTC. */
export function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function isStandard(name: string): boolean {
  return name.startsWith(`${OCI}.`) || name.startsWith("org.label-schema.") ||
    isLayersLabel(name) || name === ENVIRONMENT_LABEL ||
    Object.values(OWN_LABELS).includes(name as never);
}
