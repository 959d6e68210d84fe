import { type ListedPackage, sortPackages } from "./packages.ts";

/** A document about an image that makes sense here. */
export type ReadDocument =
  | { readonly kind: "sbom"; readonly form: string; readonly packages: readonly ListedPackage[] }
  | { readonly kind: "provenance"; readonly predicateType: string; readonly builder?: string };

/**
 * Reads what somebody says of an image: SPDX 2, CycloneDX, or an in-toto statement about either or
 * about how it was made, alone or in an envelope, whose signature is not looked at.
 *
 * @returns Nothing for what is none of these.
 */
export function readDocument(bytes: Uint8Array): ReadDocument | undefined {
  return documentOf(parse(new TextDecoder().decode(bytes)), 0);
}

/** An envelope holds a statement, and that a document. */
const DEEPEST = 3;

function documentOf(value: unknown, depth: number): ReadDocument | undefined {
  const document = asObject(value);
  if (depth > DEEPEST) return undefined;
  if (typeof document.payload === "string" && "signatures" in document) {
    return documentOf(parse(decodeBase64(document.payload)), depth + 1);
  }
  const { predicateType } = document;
  if (typeof predicateType === "string") {
    if (!/slsa\.dev\/provenance/.test(predicateType)) {
      return documentOf(document.predicate, depth + 1);
    }
    const predicate = asObject(document.predicate);
    // In version 1 and before it.
    const { id } = asObject(asObject(predicate.runDetails ?? predicate).builder);
    return { kind: "provenance", predicateType, ...(typeof id === "string" && { builder: id }) };
  }
  if (typeof document.spdxVersion === "string") {
    const packages = sortPackages(asList(document.packages).flatMap(spdxPackage));
    return { kind: "sbom", form: document.spdxVersion, packages };
  }
  if (document.bomFormat !== "CycloneDX") return undefined;
  const form = `CycloneDX-${document.specVersion}`;
  return { kind: "sbom", form, packages: sortPackages(cyclonedxPackages(document.components)) };
}

function spdxPackage(value: unknown): readonly ListedPackage[] {
  const { name, versionInfo, externalRefs } = asObject(value);
  const purls = asList(externalRefs).map(asObject)
    .filter(({ referenceType }) => referenceType === "purl")
    .map(({ referenceLocator }) => referenceLocator);
  return listed(name, versionInfo, purls[0]);
}

function* cyclonedxPackages(components: unknown): Generator<ListedPackage> {
  for (const value of asList(components)) {
    const { name, version, purl, components: inner } = asObject(value);
    yield* listed(name, version, purl);
    yield* cyclonedxPackages(inner);
  }
}

/** Images and what has no type are no packages of a package manager. */
const NO_PACKAGES = new Set(["oci", "docker", "generic"]);

function listed(name: unknown, version: unknown, purl: unknown): readonly ListedPackage[] {
  const type = typeof purl === "string" ? /^pkg:\/*([a-z0-9.+-]+)\//i.exec(purl)?.[1] : undefined;
  if (type === undefined || typeof name !== "string" || NO_PACKAGES.has(type)) return [];
  return [{ type, name, version: typeof version === "string" ? version : "" }];
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(text));
  } catch {
    return "";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
