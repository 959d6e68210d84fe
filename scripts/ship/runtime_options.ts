/**
 * What the shipped program may do, wherever its arguments lead it: everything but foreign libraries
 * and code from elsewhere. docs/security.md has what each command needs.
 */
export const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
  "--allow-net",
  "--allow-run",
  "--no-prompt",
] as const;

/**
 * Small young generations, in MiB: objects die young here, and three threads with the usual 16 take
 * 100 MB more for a build that is no faster.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=1";
