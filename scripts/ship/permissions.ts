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
