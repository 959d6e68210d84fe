/** Every failure a user can meet. The part before the slash is the kind, which decides the exit code. */
export const FAILURE_IDS = [
  "base/authority",
  "base/blob",
  "base/manifest",
  "base/not-found",
  "base/platform",
  "base/proxy",
  "base/registry-answer",
  "base/registry-busy",
  "base/registry-connection",
  "base/registry-credentials",
  "base/registry-denied",
  "base/registry-upload",
  "environment/blob-invalid",
  "environment/blob-missing",
  "environment/catalog-ambiguous",
  "environment/catalog-invalid",
  "environment/catalog-not-found",
  "environment/catalog-unsupported",
  "environment/library-invalid",
  "environment/library-not-found",
  "robot/conda",
  "robot/definition",
  "robot/dependency-versions",
  "robot/file",
  "robot/not-found",
  "robot/task",
  "robot/unreadable",
  "robot/yaml",
  "usage/option",
  "usage/reference",
] as const;

export type FailureId = typeof FAILURE_IDS[number];

/** usage 2, robot 3, rcc 4 (and host tools), environment 5, base 6 (and registries), output 7 (and disk). */
export type FailureKind = "usage" | "robot" | "rcc" | "environment" | "base" | "output";
