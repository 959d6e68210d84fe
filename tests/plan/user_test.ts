import assert from "node:assert/strict";
import { parseUsers } from "../../src/base/mod.ts";
import { parseUserRequest } from "../../src/plan/mod.ts";
import { chooseUser } from "../../src/plan/user.ts";

const EMPTY = parseUsers("", "");
const DEBIAN = parseUsers(
  "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n",
  "root:x:0:\ndaemon:x:1:\nusers:x:100:\n",
);
const UBUNTU = parseUsers(
  "root:x:0:0:root:/root:/bin/bash\nubuntu:x:1000:1000::/home/ubuntu:/bin/bash\n",
  "root:x:0:\nubuntu:x:1000:\n",
);
const ROBOT = parseUsers(
  "root:x:0:0:root:/root:/bin/bash\nrobot:x:4242:100::/srv/robot:/bin/sh\n",
  "root:x:0:\n",
);

Deno.test("chooseUser() adds robot 1000:1000 to a base that has neither", () => {
  for (const users of [EMPTY, DEBIAN]) {
    assert.deepEqual(chooseUser(users), {
      name: "robot",
      uid: 1000,
      gid: 1000,
      home: "/home/robot",
      passwdLine: "robot:x:1000:1000:robot:/home/robot:/bin/sh",
      groupLine: "robot:x:1000:",
    });
  }
});

Deno.test("chooseUser() keeps the base's name of uid 1000, and robot's home", () => {
  assert.deepEqual(chooseUser(UBUNTU), {
    name: "ubuntu",
    uid: 1000,
    gid: 1000,
    home: "/home/robot",
  });
});

Deno.test("chooseUser() takes the base's uid of the name robot", () => {
  assert.deepEqual(chooseUser(ROBOT), { name: "robot", uid: 4242, gid: 100, home: "/home/robot" });
});

Deno.test("chooseUser() makes the space for the home of a user that the base has", () => {
  const { name, uid, home, passwdLine } = chooseUser(UBUNTU, { name: "ubuntu" });
  assert.deepEqual([name, uid, home, passwdLine], ["ubuntu", 1000, "/home/ubuntu", undefined]);
  assert.equal(chooseUser(DEBIAN, { name: "root" }).home, "/root");
});

Deno.test("chooseUser() adds root where there is nobody", () => {
  const { uid, gid, home } = chooseUser(EMPTY, { name: "root" });
  assert.deepEqual([uid, gid, home], [0, 0, "/root"]);
});

Deno.test("chooseUser() gives a new user a home, and no group line where its group is there", () => {
  const user = chooseUser(DEBIAN, { name: "worker", uid: 1500, gid: 100 });
  assert.equal(user.home, "/home/worker");
  assert.equal(user.passwdLine, "worker:x:1500:100:worker:/home/worker:/bin/sh");
  assert.equal(user.groupLine, undefined);
});

Deno.test("chooseUser() refuses other ids than the base's for a name", () => {
  assert.throws(
    () => chooseUser(UBUNTU, { name: "ubuntu", uid: 7 }),
    /failed to add user "ubuntu" as 7:1000: the base has it as 1000:1000/,
  );
});

Deno.test("chooseUser() gives a name without a uid one that nobody has", () => {
  const { name, uid, gid, home, passwdLine } = chooseUser(UBUNTU, { name: "worker" });
  assert.deepEqual([name, uid, gid, home], ["worker", 1001, 1001, "/home/worker"]);
  assert.equal(passwdLine, "worker:x:1001:1001:worker:/home/worker:/bin/sh");
  assert.equal(chooseUser(DEBIAN, { name: "worker" }).uid, 1000);
});

Deno.test("chooseUser() keeps the base's name of a uid that is asked for", () => {
  const { name, uid, home, passwdLine } = chooseUser(UBUNTU, { name: "worker", uid: 1000 });
  assert.deepEqual([name, uid, home, passwdLine], ["ubuntu", 1000, "/home/ubuntu", undefined]);
});

Deno.test("parseUserRequest() reads name[:uid[:gid]] and nothing else", () => {
  assert.deepEqual(parseUserRequest("worker"), { name: "worker" });
  assert.deepEqual(parseUserRequest("worker:5"), { name: "worker", uid: 5 });
  assert.deepEqual(parseUserRequest("worker:5:6"), { name: "worker", uid: 5, gid: 6 });
  for (
    const text of [
      "",
      "5",
      "a b",
      "Worker",
      "worker:",
      "worker:x",
      "worker:1:2:3",
      "worker:-1",
      "worker:4294967296",
      "a:\n",
    ]
  ) {
    assert.throws(() => parseUserRequest(text), { id: "usage/user" }, text);
  }
});
