import { deepEqual, equal } from "node:assert/strict";
import {
  homeIdentity,
  sipit,
  SPACE_NAME_LENGTH,
  spaceName,
  stageName,
} from "../../src/holotree/names.ts";

Deno.test("sipit() prints what RCC prints", () => {
  const texts = ["", "a", "user", "rcc.user", "linux amd64", "hello world, 16+"];
  deepEqual(texts.map(sipit), [
    "b7b141734fbea364",
    "87a6a950373852b6",
    "9fcd2534095ba160",
    "5a1fac3c56a04c60",
    "493f813dad24d3e4",
    "1d9e2e2f4f6a79e0",
  ]);
});

Deno.test("sipit() always has 16 digits", () => {
  // One text in sixteen begins with a zero.
  for (let i = 0; i < 256; i++) equal(sipit(`text ${i}`).length, 16);
});

Deno.test("homeIdentity() is that of RCC for each HOME", () => {
  const homes = ["/home/robot", "/root", "/", "/tmp", "/home/worker", "/nonexistent"];
  deepEqual(homes.map(homeIdentity), [
    "dc4d952",
    "720c7a8",
    "cdb17fc",
    "ed5cdaa",
    "db8072d",
    "34a10d0",
  ]);
});

Deno.test("homeIdentity() is the same for no HOME and an empty one", () => {
  deepEqual([homeIdentity(undefined), homeIdentity("")], ["badcafe", "badcafe"]);
});

Deno.test("spaceName() joins home, controller and space", () => {
  equal(spaceName({ home: "/home/robot" }), "dc4d952_5a1fac3_9fcd2534");
  equal(
    spaceName({ home: "/home/robot", controller: "citests", space: "ci" }),
    "dc4d952_4e67cd8_426ebfe4",
  );
});

Deno.test("spaceName() takes the controller in lower case and the space as it is", () => {
  const home = "/home/robot";
  equal(spaceName({ home, controller: "CITests" }), spaceName({ home, controller: "citests" }));
  equal(spaceName({ home, space: "CI" }) === spaceName({ home, space: "ci" }), false);
});

Deno.test("stageName() is as long as a space's name", () => {
  equal(stageName("/home/robot"), "hdc4d952_493f813dad24d3t");
  for (const home of ["/home/robot", "/home/äö", "", undefined]) {
    equal(stageName(home).length, SPACE_NAME_LENGTH);
    equal(spaceName({ home }).length, SPACE_NAME_LENGTH);
  }
});
