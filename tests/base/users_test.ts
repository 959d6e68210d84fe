import assert from "node:assert/strict";
import fc from "fast-check";
import { parseGroup, parsePasswd } from "../../src/base/users.ts";
import { dir, failureOf, file, openLayers, symlink } from "./images.ts";

Deno.test("parsePasswd() reads users in the order of the file", () => {
  assert.deepEqual(
    parsePasswd("root:x:0:0:root:/root:/bin/bash\nubuntu:x:1000:1001:A,B:/home/ubuntu:/bin/sh\n"),
    [
      { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/bash" },
      { name: "ubuntu", uid: 1000, gid: 1001, home: "/home/ubuntu", shell: "/bin/sh" },
    ],
  );
});

Deno.test("parsePasswd() takes a last line without a line feed, and fields that are missing", () => {
  assert.deepEqual(parsePasswd("a::1:2"), [{ name: "a", uid: 1, gid: 2, home: "", shell: "" }]);
  assert.deepEqual(parsePasswd("a:x:4294967294:0::/:"), [
    { name: "a", uid: 4294967294, gid: 0, home: "/", shell: "" },
  ]);
});

Deno.test("parsePasswd() leaves out lines that name no user", () => {
  const lines = [
    "",
    "# root:x:0:0::/:",
    "+::::::",
    "-@group::0:0",
    ":x:1:1::/:",
    "a:x:-1:1::/:",
    "a:x:1.5:1::/:",
    "a:x::1::/:",
    "a:x:0x10:1::/:",
    "a:x:4294967295:1::/:",
    "a:x:99999999999:1::/:",
    "a:x:1:one::/:",
    "a\0b:x:1:1::/:",
    "alone",
  ];
  assert.deepEqual(parsePasswd(lines.join("\n")), []);
});

Deno.test("parsePasswd() reads long lines and many colons", () => {
  const gecos = "x".repeat(500_000);
  const users = parsePasswd(`a:x:1:2:${gecos}:/a:/s${":more".repeat(50_000)}\nb:x:3:4::/b:/s\n`);
  assert.deepEqual(users.map(({ name, home }) => [name, home]), [["a", "/a"], ["b", "/b"]]);
});

Deno.test("parseGroup() reads groups and leaves out lines that name none", () => {
  assert.deepEqual(parseGroup("root:x:0:\nstaff:x:50:a,b\n#x:x:1:\nbad:x:y:\n\nlast:x:7"), [
    { name: "root", gid: 0 },
    { name: "staff", gid: 50 },
    { name: "last", gid: 7 },
  ]);
});

Deno.test("parsePasswd() and parseGroup() take any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    for (const { name, uid } of parsePasswd(text)) {
      assert.ok(name !== "" && Number.isSafeInteger(uid) && uid >= 0);
    }
    for (const { name, gid } of parseGroup(text)) {
      assert.ok(name !== "" && Number.isSafeInteger(gid) && gid >= 0);
    }
  }));
});

Deno.test("openBase() reads the users of the topmost files, as they are", async () => {
  const { users } = await openLayers(
    [file("etc/passwd", "old:x:1:1::/:\n"), file("etc/group", "root:x:0:\n")],
    [file("etc/passwd", "é:x:1000:1000::/home:\n# no line feed at the end")],
  );
  assert.equal(users.passwdText, "é:x:1000:1000::/home:\n# no line feed at the end");
  assert.deepEqual(users.passwd.map(({ name }) => name), ["é"]);
  assert.equal(users.groupText, "root:x:0:\n");
  assert.deepEqual(users.group, [{ name: "root", gid: 0 }]);
});

Deno.test("openBase() reads users through links, inside the root", async () => {
  const { users } = await openLayers(
    [dir("nix/store"), file("nix/store/passwd", "nix:x:1:1::/:\n")],
    [symlink("etc", "/nix/etc"), symlink("nix/etc/passwd", "../../../../nix/store/passwd")],
  );
  assert.equal(users.passwdText, "nix:x:1:1::/:\n");
  assert.equal(users.groupText, "");
});

Deno.test("openBase() has no users where there is no file, or an endless link", async () => {
  const { users } = await openLayers([dir("etc"), symlink("etc/passwd", "passwd")]);
  assert.deepEqual(users, { passwd: [], group: [], passwdText: "", groupText: "" });
});

Deno.test("openBase() refuses users that it could not write again", async () => {
  const cases = [
    [dir("etc/passwd"), /found a directory/],
    [file("etc/passwd", "x".repeat(1024 * 1024 + 1)), /found 1048577 bytes/],
    [file("etc/group", new Uint8Array([0xff])), /"\/etc\/group", found other bytes/],
    [{ name: "etc/passwd", typeflag: "6" }, /found a fifo/],
  ] as const;
  for (const [member, message] of cases) {
    const failure = await failureOf(openLayers([member]));
    assert.equal(failure.id, "base/users");
    assert.match(failure.message, message);
  }
});
