import type { Tree } from "../base/mod.ts";

/** What a program takes for granted of the system around it. */
export interface SurroundingFacts {
  readonly tree: Pick<Tree, "find">;
  /** The environment's files, relative to it; none for a shell robot. */
  readonly paths: Iterable<string>;
  /** Of the image, by their names. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where OpenSSL and others look, of Debian, Fedora, openSUSE and Alpine. */
const CA_CERTIFICATES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
const ZONES = "/usr/share/zoneinfo";

/** Certificates, time zones and locales that are nowhere, though something asks for them. */
export function surroundingWarnings(
  { tree, paths, variables }: SurroundingFacts,
): readonly string[] {
  const isThere = (path: string) => tree.find(path) !== undefined;
  const own = lookThrough(paths);
  const hasCaCertificates = own.hasCaCertificates || CA_CERTIFICATES.some(isThere) ||
    (variables.SSL_CERT_FILE ?? "") !== "";
  return [
    ...(own.usesTls && !hasCaCertificates
      ? [
        "neither the environment nor the base has CA certificates, and every HTTPS " +
        "connection is refused without: use a base with Debian's package ca-certificates, or add " +
        "certifi to the environment",
      ]
      : []),
    ...(own.usesZones && !own.hasZones && !isThere(ZONES)
      ? [
        "neither the environment nor the base has time zones, so the robot knows UTC alone: use a " +
        "base with Debian's package tzdata, or add tzdata to the environment",
      ]
      : []),
    ...zoneWarning(variables.TZ ?? "", isThere),
    ...["LC_ALL", "LC_CTYPE", "LANG"].flatMap((name) =>
      localeWarning(name, variables[name] ?? "", isThere)
    ),
  ];
}

/** Python's modules of TLS and time zones, and what packages bring for them. */
function lookThrough(paths: Iterable<string>) {
  const found = { usesTls: false, hasCaCertificates: false, usesZones: false, hasZones: false };
  for (const path of paths) {
    found.usesTls ||= /(?:^|\/)_ssl\.[^/]*\.so$/.test(path);
    found.usesZones ||= path.endsWith("/zoneinfo/_tzpath.py");
    // What pip brings is its own.
    found.hasCaCertificates ||= /^ssl\/(?:cacert|cert)\.pem$|site-packages\/certifi\/cacert\.pem$/
      .test(path);
    found.hasZones ||= /(?:^share\/zoneinfo|site-packages\/tzdata\/zoneinfo)\/UTC$/.test(path);
  }
  return found;
}

/** Only a name with a slash must be a file: `UTC` and `CET-1CEST` are understood without. */
function zoneWarning(value: string, isThere: (path: string) => boolean): readonly string[] {
  const zone = value.replace(/^:/, "");
  if (!zone.includes("/")) return [];
  const file = zone.startsWith("/") ? zone : `${ZONES}/${zone}`;
  if (isThere(file)) return [];
  return [
    `TZ=${value} has no effect but on Python's zoneinfo: the base has no "${file}", use one with ` +
    `Debian's package tzdata`,
  ];
}

const LOCALES = "/usr/lib/locale";

function localeWarning(
  name: string,
  value: string,
  isThere: (path: string) => boolean,
): readonly string[] {
  if (value === "" || /^(?:C|POSIX)(?:$|\.)/.test(value)) return [];
  const spelled = value.replace(/\.utf-?8/i, ".utf8");
  const places = [value, spelled, "locale-archive"].map((place) => `${LOCALES}/${place}`);
  if (places.some(isThere)) return [];
  return [
    `${name}=${value} has no effect: the base does not have this locale, use C.UTF-8, which needs ` +
    `none, or a base with Debian's package locales-all`,
  ];
}
