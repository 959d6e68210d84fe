/**
 * The modules that a Python source may import, as absolute names: by its text alone, so some more than
 * it does, and without those whose names are made when it runs.
 *
 * @param packageName The package that it is in, empty for none.
 */
export function importsOf(text: string, packageName: string): readonly string[] {
  const modules = new Set<string>();
  for (const [, list] of text.matchAll(IMPORT)) {
    for (const item of list!.split(",")) modules.add(firstName(item));
  }
  for (const [, dots, from, names] of text.matchAll(FROM_IMPORT)) {
    const base = absoluteName(dots!.length, from!, packageName);
    if (base === undefined) continue;
    if (base !== "") modules.add(base);
    const listed = names!.replace(/#.*/g, "").replace(/[()\\]/g, " ");
    for (const item of listed.split(",")) {
      const name = firstName(item);
      if (name !== "") modules.add(base === "" ? name : `${base}.${name}`);
    }
  }
  for (const [, name] of text.matchAll(IMPORT_MODULE)) modules.add(name!);
  modules.delete("");
  return [...modules];
}

const NAME = String.raw`[\p{ID_Start}_][\p{ID_Continue}]*(?:\.[\p{ID_Start}_][\p{ID_Continue}]*)*`;
const BEGIN = String.raw`(?:^|[;:])[ \t]*`;
const IMPORT = new RegExp(String.raw`${BEGIN}import[ \t]+([^\n;#]+)`, "gmu");
const FROM_IMPORT = new RegExp(
  String.raw`${BEGIN}from[ \t]*(\.*)[ \t]*(${NAME}|)[ \t]*import[ \t]*(\([^)]*\)|(?:\\\n|[^\n;])*)`,
  "gmu",
);
const IMPORT_MODULE = new RegExp(String.raw`\bimport_module\(\s*["'](${NAME})["']`, "gu");
const FIRST_NAME = new RegExp(`^\\s*(${NAME})`, "u");

/** Without what it is called here. */
function firstName(item: string): string {
  return FIRST_NAME.exec(item)?.[1] ?? "";
}

function absoluteName(dots: number, name: string, packageName: string): string | undefined {
  if (dots === 0) return name === "" ? undefined : name;
  const parts = packageName === "" ? [] : packageName.split(".");
  if (dots - 1 > parts.length) return undefined;
  return [...parts.slice(0, parts.length - (dots - 1)), ...(name === "" ? [] : [name])].join(".");
}
