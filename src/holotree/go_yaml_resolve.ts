import { isTimestamp, plainKind } from "../robot/mod.ts";

/**
 * Whether Go's yaml.v2 reads the text back as a string when it has no quotes: not when it looks like
 * a null, boolean, number or time.
 * Source: https://github.com/go-yaml/yaml/blob/v2.4.0/resolve.go and encode.go (`stringv`)
 */
export function isPlainYamlString(text: string): boolean {
  return plainKind(text) === "text" && !isTimestamp(text) && !BASE_60.test(text);
}

/** A number to YAML 1.1 alone: yaml.v2 reads it as text, and quotes it for the sake of others. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
