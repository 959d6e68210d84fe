/**
 * The Linux rcc that goes into the image: found, checked, downloaded. And the host's own rcc, which
 * resolves environments, and must not leave the host's secrets in them.
 *
 * ```ts
 * import { hostSecrets, redacting, staticExecutableFault } from "./mod.ts";
 *
 * const script = new TextEncoder().encode("#!/bin/sh\n");
 * console.assert(staticExecutableFault(script) === "a script");
 *
 * const redact = redacting(hostSecrets({ PIP_INDEX_URL: "https://me:hunter2@pypi.example/simple" }));
 * console.assert(redact("login me with hunter2") === "login me with ***");
 * ```
 *
 * @module
 */

export { staticExecutableFault } from "./elf.ts";
export { findHostRcc } from "./find_host_rcc.ts";
export { chooseRcc, findRcc, type FindRccOptions, type LinuxRcc } from "./find_rcc.ts";
export { findRecordedSecrets, type KeptRecords } from "./find_recorded_secrets.ts";
export { describeHost, type HostAdvice, hostAdvice, requireResolvingHost } from "./host_advice.ts";
export { hostSecrets } from "./host_secrets.ts";
export { readNetrc } from "./netrc.ts";
export { pipVariableWarnings } from "./pip_variables.ts";
export { locateRcc, type RccToDownload } from "./locate_rcc.ts";
export { askRccVersion } from "./rcc_version.ts";
export { recordedSecretFailures, recordedSecretWarnings } from "./recorded_secret.ts";
export { redacting } from "./redact.ts";
export { resolveEnvironment } from "./resolve.ts";
