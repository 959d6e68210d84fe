/** Something that does not stop the robot from being packed, and that its author may not know. */
export interface RobotWarning {
  readonly kind:
    | "artifacts-dir"
    | "backslash"
    | "early-result"
    | "ignore-file"
    | "link"
    | "no-environment"
    | "script"
    | "secret"
    | "shebang"
    | "task"
    | "tracked"
    | "yaml";
  /** One line, with the cure. */
  readonly message: string;
}
