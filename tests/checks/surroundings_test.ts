import assert from "node:assert/strict";
import {
  browserWarnings,
  calledWarnings,
  installedPackages,
  surroundingWarnings,
} from "../../src/checks/mod.ts";
import { CALLED_BY_PACKAGES } from "../../src/checks/called_programs.ts";
import { debianPackage } from "../../src/checks/debian_packages.ts";
import { treeOf } from "./places.ts";

Deno.test("installedPackages() tells packages of pip and conda by their files", () => {
  const packages = installedPackages([
    "lib/python3.11/site-packages/GitPython-3.1.43.dist-info/METADATA",
    "lib/python3.11/site-packages/robotframework_browser-18.0.0.dist-info/METADATA",
    "lib/python3.11/site-packages/GitPython-3.1.43.dist-info/RECORD",
    "lib/python3.11/site-packages/git/util.py",
    "conda-meta/pytesseract-0.3.13-pyhd8ed1ab_0.json",
    "conda-meta/history",
    "etc/conda-meta/no-1-2.json",
  ]);
  assert.deepEqual([...packages].sort(), ["gitpython", "pytesseract", "robotframework-browser"]);
});

interface Has {
  readonly programs?: readonly string[];
  readonly libraries?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

function called(packages: readonly string[], has: Has = {}): readonly string[] {
  return calledWarnings({
    packages: new Set(packages),
    hasProgram: (name) => has.programs?.includes(name) ?? false,
    hasLibrary: (name) => has.libraries?.includes(name) ?? false,
    variables: has.variables ?? {},
  });
}

Deno.test("what a package calls and nothing has is said, with the package of Debian", () => {
  assert.deepEqual(called(["gitpython", "numpy"]), [
    "packages call what neither the environment nor the base has, use a base that has those which " +
    "the robot uses: git (Debian's package git) for gitpython",
  ]);
  const [line = "", ...others] = called(["gitpython", "pre-commit", "selenium", "tika", "pyzbar"]);
  assert.equal(others.length, 0);
  assert.match(line, / git \(Debian's package git\) for gitpython, pre-commit;/);
  assert.match(line, / a browser \(Debian's package chromium\) for selenium/);
  assert.match(line, / java \(Debian's package default-jre-headless\) for tika/);
  assert.match(line, / libzbar\.so\.0 .*for pyzbar/);
});

Deno.test("what is there is not foretold", () => {
  assert.deepEqual(called(["gitpython"], { programs: ["git"] }), []);
  assert.deepEqual(called(["selenium"], { programs: ["firefox-esr"] }), []);
  assert.deepEqual(called(["pyzbar"], { libraries: ["libzbar.so.0"] }), []);
  assert.deepEqual(called(["pyautogui"], { variables: { DISPLAY: ":0" } }), []);
  assert.deepEqual(called(["pyautogui"], { programs: ["Xvfb"] }), []);
  assert.match(called(["pyautogui"], { variables: { DISPLAY: "" } })[0]!, / a display \(/);
});

for (const { name, programs = [], library, display, source } of CALLED_BY_PACKAGES) {
  const what = library ?? programs[0] ?? "a display";
  Deno.test(`of ${name} it is known that it calls ${what}, and from where`, () => {
    assert.match(name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.match(source, /^https:\/\//);
    const kinds = [programs.length > 0, library !== undefined, display === true];
    assert.equal(kinds.filter(Boolean).length, 1);
    assert.equal(called([name]).length, 1);
    const all = CALLED_BY_PACKAGES.filter((each) => each.name === name);
    const has = {
      programs: [...all.flatMap((each) => each.programs?.slice(-1) ?? []), "Xvfb"],
      libraries: all.flatMap((each) => each.library ?? []),
    };
    assert.deepEqual(called([name], has), []);
  });
}

Deno.test("debianPackage() knows each release's own name of a package", () => {
  const release = (version: string) => ({ id: "debian", version });
  assert.equal(debianPackage("libGL.so.1", undefined), "libgl1");
  assert.equal(debianPackage("libnss3.so", undefined), "libnss3");
  assert.equal(debianPackage("libglib-2.0.so.0", release("12")), "libglib2.0-0");
  assert.equal(debianPackage("libglib-2.0.so.0", release("13")), "libglib2.0-0t64");
  assert.equal(
    debianPackage("libglib-2.0.so.0", { id: "fedora", version: "42" }),
    "libglib2.0-0t64",
  );
  assert.equal(debianPackage("libicuuc.so.72", release("12")), "libicu72");
  assert.equal(debianPackage("libicuuc.so.72", release("13")), undefined);
  assert.equal(debianPackage("libnobody-has-it.so.1", undefined), undefined);
});

const PLAYWRIGHT = "home/robot/.cache/ms-playwright/chromium-1/chrome";
const ROBOCORP = "home/robot/.robocorp/playwright/chromium-1/chrome";

function browsers(name: string, files: readonly string[], variable?: string): readonly string[] {
  return browserWarnings({
    packages: new Set([name, "playwright"]),
    tree: treeOf(...files),
    hasOwn: false,
    variables: variable === undefined ? {} : { PLAYWRIGHT_BROWSERS_PATH: variable },
    home: "/home/robot",
  });
}

Deno.test("playwright's browsers are looked for where it looks for them", () => {
  assert.match(
    browsers("playwright", [])[0]!,
    /"\/home\/robot\/\.cache\/ms-playwright", and the base/,
  );
  assert.deepEqual(browsers("playwright", [PLAYWRIGHT]), []);
  assert.match(browsers("playwright", [PLAYWRIGHT], "/opt/browsers")[0]!, /"\/opt\/browsers", and/);
  assert.deepEqual(browsers("playwright", ["opt/browsers/chromium-1/chrome"], "/opt/browsers"), []);
  assert.match(browsers("playwright", [PLAYWRIGHT], "0")[0]!, /in its own folder/);
});

Deno.test("robocorp-browser ignores PLAYWRIGHT_BROWSERS_PATH, and that is said", () => {
  const [line = ""] = browsers("robocorp-browser", ["opt/b/chrome"], "/opt/b");
  assert.match(
    line,
    /in "\/home\/robot\/\.robocorp\/playwright" alone, for it ignores PLAYWRIGHT_/,
  );
  assert.doesNotMatch(browsers("robocorp-browser", [])[0]!, /ignores/);
  assert.deepEqual(browsers("robocorp-browser", [ROBOCORP], "/opt/b"), []);
});

const TLS = "lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so";
const ZONEINFO = "lib/python3.11/zoneinfo/_tzpath.py";
const SITE = "lib/python3.11/site-packages";

function surroundings(
  paths: readonly string[],
  { base = [], variables = {} }: {
    readonly base?: readonly string[];
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
): readonly string[] {
  return surroundingWarnings({ tree: treeOf(...base), paths, variables });
}

Deno.test("certificates that neither the base nor the environment has are missed", () => {
  assert.match(surroundings([TLS])[0]!, /Debian's package ca-certificates, or add certifi/);
  assert.equal(surroundings([TLS, `${SITE}/pip/_vendor/certifi/cacert.pem`]).length, 1);
  assert.deepEqual(surroundings([TLS, `${SITE}/certifi/cacert.pem`]), []);
  assert.deepEqual(surroundings([TLS, "ssl/cacert.pem"]), []);
  assert.deepEqual(surroundings([TLS], { base: ["etc/ssl/certs/ca-certificates.crt"] }), []);
  assert.deepEqual(surroundings([TLS], { variables: { SSL_CERT_FILE: "/run/ca.pem" } }), []);
  assert.deepEqual(surroundings([]), []);
});

Deno.test("time zones that neither the base nor the environment has are missed", () => {
  assert.match(surroundings([ZONEINFO])[0]!, /knows UTC alone: .* package tzdata, or add tzdata/);
  assert.deepEqual(surroundings([ZONEINFO, `${SITE}/tzdata/zoneinfo/UTC`]), []);
  assert.deepEqual(surroundings([ZONEINFO, "share/zoneinfo/UTC"]), []);
  assert.deepEqual(surroundings([ZONEINFO], { base: ["usr/share/zoneinfo/UTC"] }), []);
});

Deno.test("a TZ that the base has no file for is warned of", () => {
  const tz = (TZ: string, base: readonly string[] = []) =>
    surroundings([], { base, variables: { TZ } });
  assert.match(
    tz("Europe/Berlin")[0]!,
    /^TZ=Europe\/Berlin has no effect .*zoneinfo\/Europe\/Berlin"/,
  );
  assert.match(tz(":Europe/Berlin")[0]!, /^TZ=:Europe\/Berlin has no effect/);
  assert.deepEqual(tz("Europe/Berlin", ["usr/share/zoneinfo/Europe/Berlin"]), []);
  assert.deepEqual(
    tz("/etc/localtime", ["etc/localtime -> /usr/share/zoneinfo/UTC", "usr/share/zoneinfo/UTC"]),
    [],
  );
  for (const known of ["", "UTC", "CET-1CEST,M3.5.0,M10.5.0/3".slice(0, 8)]) {
    assert.deepEqual(tz(known), []);
  }
});

Deno.test("a locale that the base has not is warned of", () => {
  const lang = (value: string, base: readonly string[] = []) =>
    surroundings([], { base, variables: { LANG: value } });
  assert.match(lang("de_DE.UTF-8")[0]!, /^LANG=de_DE\.UTF-8 has no effect: .*locales-all$/);
  for (const known of ["", "C", "POSIX", "C.UTF-8", "C.utf8"]) assert.deepEqual(lang(known), []);
  for (const place of ["de_DE.utf8/LC_CTYPE", "de_DE.UTF-8/LC_CTYPE", "locale-archive"]) {
    assert.deepEqual(lang("de_DE.UTF-8", [`usr/lib/locale/${place}`]), []);
  }
  const all = surroundings([], { variables: { LC_ALL: "fr_FR.UTF-8" } });
  assert.match(all[0]!, /^LC_ALL=fr_FR/);
});
