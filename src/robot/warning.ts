/** Something that does not stop the robot from being packed, and that its author may not know. */
export interface RobotWarning {
  readonly kind:
    | "backslash"
    | "ignore-file"
    | "no-environment"
    | "repeated-key"
    | "secret"
    | "shebang";
  /** One line, with the cure. */
  readonly message: string;
}
