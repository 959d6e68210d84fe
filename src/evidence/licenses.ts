import { createHash } from "node:crypto";

/**
 * Identifiers that packages of Python, conda and Alpine state again and again. A license that is not
 * among them is given in its author's words, which is right in any case.
 * Source: https://spdx.org/licenses/
 */
const KNOWN = new Set([
  ..."0BSD AFL-2.1 AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0".split(" "),
  ..."Artistic-1.0 Artistic-2.0 BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause BSD-3-Clause".split(" "),
  ..."BSD-3-Clause-LBNL BSD-4-Clause BSL-1.0 bzip2-1.0.6 CC-BY-4.0 CC-BY-SA-4.0".split(" "),
  ..."CC0-1.0 CNRI-Python curl EPL-1.0 EPL-2.0 EUPL-1.2 FTL GFDL-1.3-or-later".split(" "),
  ..."GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later".split(" "),
  ..."HPND ICU IJG ISC LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only".split(" "),
  ..."LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later libpng-2.0 libtiff MIT MIT-0".split(" "),
  ..."MIT-CMU MPL-1.1 MPL-2.0 NCSA OFL-1.1 OLDAP-2.8 OpenSSL PostgreSQL PSF-2.0".split(" "),
  ..."Python-2.0 Python-2.0.1 TCL Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0".split(" "),
  ..."W3C WTFPL X11 XFree86-1.1 Zlib ZPL-2.1".split(" "),
]);
const EXCEPTIONS = new Set([
  ..."Autoconf-exception-3.0 Bison-exception-2.2 Classpath-exception-2.0".split(" "),
  ..."GCC-exception-3.1 LLVM-exception OpenSSL-exception".split(" "),
]);

/** Whether a license is a single identifier of SPDX. */
export function isLicenseId(license: string): boolean {
  return KNOWN.has(license);
}

/** Whether a license is an expression of identifiers that are known here. */
export function isLicenseExpression(license: string): boolean {
  const tokens = license.match(/[()]|[^\s()]+/g) ?? [];
  let depth = 0;
  let expects: "license" | "exception" | "operator" = "license";
  for (const token of tokens) {
    if (expects === "license") {
      if (token === "(") depth++;
      else if (KNOWN.has(token)) expects = "operator";
      else return false;
    } else if (expects === "exception") {
      if (!EXCEPTIONS.has(token)) return false;
      expects = "operator";
    } else if (token === ")") {
      if (--depth < 0) return false;
    } else if (token === "AND" || token === "OR") expects = "license";
    else if (token === "WITH") expects = "exception";
    else return false;
  }
  return expects === "operator" && depth === 0;
}

/** What SPDX calls a license that is none of its list: the same words have the same name. */
export function licenseReference(license: string): string {
  return `LicenseRef-${createHash("sha256").update(license).digest("hex").slice(0, 16)}`;
}
