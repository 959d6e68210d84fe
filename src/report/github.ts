import { printable } from "./printable.ts";

/** A workflow command of GitHub that rcc-oci writes. */
export type WorkflowCommand = "group" | "endgroup" | "warning" | "error";

/**
 * The line that a job of GitHub reads as a command.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function workflowCommand(command: WorkflowCommand, text = ""): string {
  return `::${command}::${printable(text).replaceAll("%", "%25")}`;
}
