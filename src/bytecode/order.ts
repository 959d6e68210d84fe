/** To be raised when the same sources and the same Python give other bytes than before. */
export const BYTECODE_FORMAT = 1;

/** What bytecode a layer is to have. */
export interface BytecodeOrder {
  /** The environment's folder in a container, as text. */
  readonly folder: string;
  /** Where the bytecode goes: a folder that is stated already, as in tar entries. */
  readonly target: string;
  /** Sources relative to the environment. */
  readonly sources: ReadonlySet<string>;
}
