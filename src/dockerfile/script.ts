import { quoteList } from "./quote.ts";

/** Options of {@linkcode runScript}. */
export interface ScriptOptions {
  /** What the script knows as `$1`, `$2` and so on: values never stand in the script itself. */
  readonly args?: readonly string[];
}

/**
 * RUN with a script for /bin/sh, in the exec form: whatever SHELL the base has. A line of the script
 * is a line of the Dockerfile; one that begins with `#` is a comment of the Dockerfile.
 */
export function runScript(lines: readonly string[], { args = [] }: ScriptOptions = {}): string {
  const body = lines.map((line) =>
    line.startsWith("#") ? line : `    ${JSON.stringify(line).slice(1, -1)}\\n\\`
  );
  const rest = args.length === 0 ? "" : `, ${quoteList(["sh", ...args]).slice(1, -1)}`;
  return [`RUN ["/bin/sh", "-euc", "\\`, ...body, `"${rest}]`].join("\n");
}
