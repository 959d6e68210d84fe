/**
 * The road of one build: what was asked for, found, planned, checked and written. `--plan`, `doctor`
 * and `dockerfile` are the same road, which stops earlier or ends elsewhere.
 *
 * ```ts
 * import { dockerArchive } from "./mod.ts";
 *
 * console.assert(dockerArchive({ load: "docker" }) === "docker");
 * ```
 *
 * @module
 */
export { build } from "./build.ts";
export { buildFleet, type FleetMember } from "./fleet.ts";
export type { Context } from "./session.ts";
export { requireDistinctOutputs } from "./distinct_outputs.ts";
export { doctor } from "./doctor.ts";
export { dockerfile, type DockerfileRequest } from "./dockerfile.ts";
export { dockerArchive } from "./outputs.ts";
export { printPlan } from "./print_plan.ts";
export { rebase } from "./rebase.ts";
export { isBaseCurrent } from "./rebase_check.ts";
export type { RebaseRequest } from "./rebase_request.ts";
export { verify } from "./verify.ts";
export type { VerifyRequest } from "./verify_request.ts";
export type { BuildRequest, BytecodeChoice, SbomFile } from "./request.ts";
export { readFleet } from "../robot/mod.ts";
export { openRobotFolder } from "./robot_bundle.ts";
