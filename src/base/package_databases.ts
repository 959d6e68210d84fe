import type { WantedContent } from "./read_contents.ts";
import { OptionalFile } from "./small_files.ts";
import { parseApkInstalled, parseDpkgStatus, type SystemPackages } from "./system_packages.ts";
import type { Tree } from "./tree.ts";

const DPKG_STATUS = "/var/lib/dpkg/status";
/** Where distroless images have a file for each package. */
const DPKG_FOLDER = "/var/lib/dpkg/status.d";
const APK_INSTALLED = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
const RPM_FOLDERS = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
const RPM_DATABASES = ["rpmdb.sqlite", "Packages.db", "Packages"];

/** What package managers record of a base, read together with its other files. */
export class PackageDatabases {
  readonly #dpkg: readonly OptionalFile[];
  readonly #apk: readonly OptionalFile[];
  readonly #hasRpm: boolean;

  constructor(tree: Tree) {
    const single = tree.children(DPKG_FOLDER).filter((name) => !name.endsWith(".md5sums"));
    this.#dpkg = [DPKG_STATUS, ...single.map((name) => `${DPKG_FOLDER}/${name}`)]
      .map((path) => new OptionalFile(path, tree));
    // One may be a link to the other.
    const apk = new Set(APK_INSTALLED.map((path) => tree.find(path)?.path ?? path));
    this.#apk = [...apk].map((path) => new OptionalFile(path, tree));
    this.#hasRpm = RPM_FOLDERS.some((folder) =>
      RPM_DATABASES.some((name) => tree.find(`${folder}/${name}`)?.node.type === "file")
    );
  }

  wanted(): readonly WantedContent[] {
    return [...this.#dpkg, ...this.#apk].flatMap((file) => file.wanted());
  }

  finish(): SystemPackages {
    const textOf = (file: OptionalFile) => new TextDecoder().decode(file.finish());
    return {
      packages: [
        ...this.#dpkg.flatMap((file) => parseDpkgStatus(textOf(file))),
        ...this.#apk.flatMap((file) => parseApkInstalled(textOf(file))),
      ],
      unread: this.#hasRpm ? ["rpm"] : [],
    };
  }
}
