import type { CondaDependency, CondaFile } from "./conda_file.ts";
import { dependencyParts, goTrim } from "./dependency_parts.ts";
import type { YamlReader } from "./yaml_reader.ts";

/**
 * Reads a package.yaml, whose packages stand under `dependencies` as `conda-forge` and `pypi`.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/packageyaml.go
 */
export function readPackageFile(reader: YamlReader, fileName: string): CondaFile {
  const fields = reader.root(["dependencies", "dev-dependencies", "post-install"]);
  const listsOf = (key: string) => {
    const value = fields.get(key)?.value ?? null;
    const lists = reader.fields(value, {
      what: `"${key}"`,
      expected: `"conda-forge" and "pypi"`,
      known: ["conda-forge", "pypi"],
    });
    const texts = (name: string): readonly CondaDependency[] =>
      reader.texts(lists?.get(name)?.value ?? null, `"${name}"`)
        .map((entry) => ({ ...entry, text: goTrim(entry.text) }));
    return { conda: texts("conda-forge"), pip: texts("pypi") };
  };
  const { conda, pip } = listsOf("dependencies");
  // Not part of the environment, yet rcc refuses a file in which they have a wrong shape.
  listsOf("dev-dependencies");
  return {
    fileName,
    format: "package",
    name: "",
    channels: ["conda-forge"],
    dependencies: conda,
    pip: pip.map((entry) => ({ ...entry, text: asPipWrites(entry.text) })),
    prefix: "",
    rccPostInstall: reader.texts(fields.get("post-install")?.value ?? null, `"post-install"`)
      .map(({ text }) => text),
    repeatedKeys: reader.repeatedKeys,
  };
}

/** `name=1.0` means `name==1.0` here, and `name==` without a version `name===`. */
function asPipWrites(text: string): string {
  const { name, qualifier, versions } = dependencyParts(text) ?? {};
  return qualifier === "=" ? `${name}==${versions}` : text;
}
