/** The code in these files beside this one, as the recipe of what it makes. */
export async function recipeOf(...names: readonly string[]): Promise<string> {
  const texts = names.map((name) => Deno.readTextFile(new URL(name, import.meta.url)));
  return (await Promise.all(texts)).join("\n");
}
