/**
 * Puts the main module of a bundle into a function that it calls at once.
 *
 * The main module awaits, and of a module that awaits at its top level Deno 2.9 keeps no compiled
 * code: every start, of every worker too, would compile the whole program again, some 15 ms. In the
 * bundle nothing has to be loaded while it awaits, so a worker listens before its first message.
 *
 * Every line stays in its place, so that the source map stays right.
 */
export function putMainIntoFunction(bundle: string): string {
  const lines = bundle.split("\n");
  const title = lines.lastIndexOf("// src/main.ts");
  if (title < 1 || lines[title - 1] !== "") {
    throw new Error('failed to find the main module in the bundle: expected "// src/main.ts"');
  }
  lines[title - 1] = "(async () => {";
  const end = lines.findLastIndex((line) =>
    line !== "" && !line.startsWith("//# sourceMappingURL=")
  );
  lines[end] += " })();";
  return lines.join("\n");
}
