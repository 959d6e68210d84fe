/** Ten robots, whose Dockerfiles are kept as they must be. */
import { type PlainFacts, planPlain } from "../../src/plan/mod.ts";
import type { Robot } from "../../src/robot/mod.ts";

const HASH = "95867f930bb13171";
const PRIVATE = "/home/dev/.robocorp/holotree/ha1246bc_493f813dad24d3t";
const BASE = { name: "docker.io/library/debian:stable-slim" };

/** A robot as far as a plain Dockerfile knows it. */
interface Said extends Partial<Omit<PlainFacts, "robot" | "environment">> {
  readonly name?: string;
  readonly fileName?: string;
  readonly artifactsDir?: string;
  readonly outputDir?: string;
  readonly task?: string;
  /** None for a shell robot. */
  readonly conda?: string | undefined;
  /** Where hololib.zip says that it was recorded; without, there is none. */
  readonly path?: string | undefined;
}

function plainOf(said: Said) {
  const { name = "hello", fileName = "robot.yaml", artifactsDir = "output", task, path } = said;
  const { base = BASE, env = new Map(), labels = new Map(), start = "checked", ...facts } = said;
  const conda = "conda" in said ? said.conda : "conda.yaml";
  const robot = {
    name,
    fileName,
    artifactsDir,
    ...(said.outputDir === undefined ? {} : { outputDir: said.outputDir }),
    reach: { root: "/robots/hello", below: ".", outside: [] },
    ...(task === undefined ? {} : { chosenTask: { name: task } }),
    ...(conda === undefined ? {} : { environment: { relative: conda } }),
  } as unknown as Robot;
  const recorded = path === undefined ? {} : { recorded: { path, rcc: "v18.18.1" } };
  const environment = conda === undefined ? {} : { environment: { hash: HASH, ...recorded } };
  return planPlain({
    robot,
    base,
    env,
    labels,
    start,
    init: said.init ?? false,
    ...pick(facts),
    ...environment,
  });
}

function pick({ user, version }: Pick<Said, "user" | "version">) {
  return {
    ...(user === undefined ? {} : { user }),
    ...(version === undefined ? {} : { version }),
  };
}

export const ROBOTS = {
  private: plainOf({ path: PRIVATE }),
  resolved: plainOf({}),
  shared: plainOf({ path: "/opt/robocorp/ht/h1c7a2b0_493f813dad24d3t" }),
  sealed: plainOf({ path: PRIVATE, start: "sealed" }),
  trusted: plainOf({ path: PRIVATE, start: "trusted", init: true }),
  user: plainOf({ path: PRIVATE, user: { name: "worker", uid: 1500, gid: 1600 } }),
  root: plainOf({ path: "/root/.robocorp/holotree/h720c7a8_493f813dad24d3t" }),
  task: plainOf({ path: PRIVATE, task: "Run all", fileName: "tasks.yaml", version: "1.2" }),
  shell: plainOf({ conda: undefined }),
  beside: plainOf({ path: PRIVATE, artifactsDir: "." }),
  absolute: plainOf({ path: PRIVATE, artifactsDir: "out", outputDir: "/out" }),
  names: plainOf({
    name: `a "robot" of 'mine' \\ $HOME`,
    fileName: `my "robot" $1.yaml`,
    conda: `envs/my conda\\.yaml`,
    artifactsDir: `out put/'$x"`,
    task: `the "first" \\ $task\nRUN false`,
    path: PRIVATE,
  }),
  values: plainOf({
    path: PRIVATE,
    base: { name: "registry.test:5000/base", digest: `sha256:${"0".repeat(64)}` },
    env: new Map([["PATH", "/opt/bin:$PATH"], ["TEXT", `a "b" 'c' \\ $d # e\nUSER root`]]),
    labels: new Map([["note", "first\nsecond"], [`odd"$\\key`, "#"], ["price", "$5"]]),
  }),
};
