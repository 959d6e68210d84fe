/**
 * Lets a bundle load a built-in module of the runtime when the first module that needs it is run.
 *
 * In one file all `import … from "node:…"` are carried out before anything else, whether they are
 * needed or not: some 30 ms, twice what an empty program takes, for `--version` and for every
 * worker. The bundler already runs modules that are behind an `import()` late, inside a function
 * each; here their built-in modules go into that function too, by way of
 * https://nodejs.org/api/process.html#processgetbuiltinmoduleid.
 *
 * It reads what esbuild writes without minifying, of which every module looks like this:
 *
 *     import { createHash } from "node:crypto";
 *     var init_digest = __esm({
 *       "src/oci/digest.ts"() {
 *
 * and keeps every line in its place, so that the source map stays right.
 */
export function loadBuiltinsLate(bundle: string): string {
  const lines = bundle.split("\n");
  let waiting: { readonly line: number; readonly load: string }[] = [];
  for (const [number, line] of lines.entries()) {
    const [, names, builtin] = /^import (.+) from "(node:[^"]+)";$/.exec(line) ?? [];
    if (names !== undefined) {
      waiting.push({ line: number, load: loadOf(names, builtin!) });
      lines[number] = `var ${bindingsOf(names).join(", ")};`;
    } else if (lines[number - 1]?.endsWith(" = __esm({") && line.endsWith("() {")) {
      lines[number] = [line, ...waiting.map(({ load }) => load)].join(" ");
      waiting = [];
    } else if (/^\/\/ \S+$/.test(line)) {
      loadAtOnce();
    }
  }
  loadAtOnce();
  return lines.join("\n");

  /** A module that is run from the beginning has no function of its own. */
  function loadAtOnce(): void {
    for (const { line, load } of waiting) lines[line] += ` ${load}`;
    waiting = [];
  }
}

/** The statement that gives the names their values. */
function loadOf(names: string, builtin: string): string {
  const module = `globalThis.process.getBuiltinModule("${builtin}")`;
  const list = listOf(names);
  if (list === undefined) return `${bindingsOf(names)[0]} = ${module};`;
  const properties = list.map(({ name, as }) => name === as ? name : `${name}: ${as}`);
  return `({ ${properties.join(", ")} } = ${module});`;
}

function bindingsOf(names: string): readonly string[] {
  const list = listOf(names);
  if (list !== undefined) return list.map(({ as }) => as);
  const [, name] = /^(?:\* as )?([\w$]+)$/.exec(names) ?? [];
  if (name !== undefined) return [name];
  throw new Error(
    `failed to read the import of "${names}": expected a name, "* as" a name, or names in braces`,
  );
}

/** `{ a, b as c }`, `undefined` for the other forms. */
function listOf(
  names: string,
): readonly { readonly name: string; readonly as: string }[] | undefined {
  const [, inside] = /^\{ (.+) \}$/.exec(names) ?? [];
  return inside?.split(", ").map((item) => {
    const [name, as = name] = item.split(" as ");
    return { name: name!, as: as! };
  });
}
