import { deepEqual, equal } from "node:assert/strict";
import { findLibraries } from "../../src/holotree/find_library.ts";
import { findLocalChannel, homeOf, robocorpHome } from "../../src/holotree/robocorp_home.ts";

const LINUX = { env: { HOME: "/home/robot" }, hostOs: "linux" } as const;
const nothing = () => false;
const everything = () => true;

Deno.test("findLibraries() looks nowhere else when a library is named", () => {
  const facts = { ...LINUX, hololib: "/x", hololibZip: "/robot/hololib.zip", exists: everything };
  deepEqual(findLibraries(facts), [{ path: "/x", origin: "given" }]);
});

Deno.test("findLibraries() gives the robot's, the shared one when it is active, and the user's", () => {
  const hololibZip = "/robot/hololib.zip";
  deepEqual(findLibraries({ ...LINUX, exists: nothing }), [
    { path: "/home/robot/.robocorp/hololib", origin: "private" },
  ]);
  deepEqual(findLibraries({ ...LINUX, hololibZip, exists: everything }), [
    { path: hololibZip, origin: "robot" },
    { path: "/opt/robocorp/ht/lib", origin: "shared" },
    { path: "/home/robot/.robocorp/hololib", origin: "private" },
  ]);
});

Deno.test("findLibraries() asks for the init marker of this HOME", () => {
  const asked: string[] = [];
  const exists = (path: string) => (asked.push(path), false);
  findLibraries({ ...LINUX, exists });
  findLibraries({ env: {}, hostOs: "linux", exists });
  findLibraries({ env: { HOME: "/home/robot" }, hostOs: "darwin", exists });
  findLibraries({ env: { USERPROFILE: "/home/robot" }, hostOs: "windows", exists });
  deepEqual(asked, [
    "/opt/robocorp/ht/lib/catalog/init/dc4d952",
    "/opt/robocorp/ht/lib/catalog/init/badcafe",
    "/Users/Shared/robocorp/ht/lib/catalog/init/dc4d952",
    "C:\\ProgramData\\robocorp\\ht\\lib\\catalog\\init\\dc4d952",
  ]);
});

Deno.test("robocorpHome() is what ROBOCORP_HOME names, with variables replaced", () => {
  const of = (ROBOCORP_HOME: string) =>
    robocorpHome({ env: { HOME: "/home/robot", X: "x", ROBOCORP_HOME }, hostOs: "linux" });
  equal(of("/srv/robocorp/"), "/srv/robocorp");
  equal(of("$HOME/${X}/y"), "/home/robot/x/y");
  equal(of("/a/$NONE/b"), "/a/b");
  equal(of("/%X%"), "/%X%");
  equal(of(""), "/home/robot/.robocorp");
});

Deno.test("robocorpHome() is in the user's application data on Windows", () => {
  const env = { LOCALAPPDATA: "C:\\Users\\me\\AppData\\Local" };
  equal(robocorpHome({ env, hostOs: "windows" }), "C:\\Users\\me\\AppData\\Local\\robocorp");
  const given = { ...env, ROBOCORP_HOME: "%LOCALAPPDATA%\\x" };
  equal(robocorpHome({ env: given, hostOs: "windows" }), "C:\\Users\\me\\AppData\\Local\\x");
});

Deno.test("homeOf() is the variable that RCC asks on each system", () => {
  const env = { HOME: "/home/robot", USERPROFILE: "C:\\Users\\robot" };
  equal(homeOf({ env, hostOs: "linux" }), env.HOME);
  equal(homeOf({ env, hostOs: "windows" }), env.USERPROFILE);
  equal(homeOf({ env: {}, hostOs: "linux" }), undefined);
});

Deno.test("findLocalChannel() finds a channel by its channeldata.json", () => {
  const only = (wanted: string) => (path: string) => path === wanted;
  const exists = only("/home/robot/.robocorp/channel/channeldata.json");
  equal(findLocalChannel("/home/robot/.robocorp", { exists }), "/home/robot/.robocorp/channel");
  equal(findLocalChannel("/home/robot", { exists }), undefined);
});
