import type { Failure } from "../failure/mod.ts";
import type { SourceText } from "./source_text.ts";

/** A place where a file is no YAML. The message may be that of a parser. */
export function brokenYaml(source: SourceText, offset: number, met: string): Failure {
  const lowered = met.slice(0, 1).toLowerCase() + met.slice(1);
  const message = `broken YAML, ${lowered.replace(/\s+/g, " ")}`;
  return source.failureAt(offset, { id: "robot/yaml", message });
}
