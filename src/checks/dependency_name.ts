/** A dependency's name, and what it says of the platforms that it is for. */
export interface DependencyName {
  /** In lower case with `-` between words: `Foo_Bar.Baz` is `foo-bar-baz`. */
  readonly name: string;
  /** The environment marker of a requirement for pip. */
  readonly marker?: string;
  /** A platform that is stated outright: a conda subfolder or a wheel's tag. */
  readonly platform?: string;
}

/**
 * Reads an entry of conda's list: `name`, `name=1.0`, `channel::name >=1`, `channel/win-64::name`.
 *
 * @returns `undefined` for what names no package.
 */
export function readCondaName(text: string): DependencyName | undefined {
  const match = /^(?:([^\s\[]*)::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)/.exec(text.trim());
  if (match === null) return undefined;
  const platform = /(?:^|\/)((?:win|osx)-[a-z0-9]+)$/.exec(match[1] ?? "")?.[1];
  return { name: normalName(match[2]!), ...(platform === undefined ? {} : { platform }) };
}

/**
 * Reads a line of a requirements file: a name, with extras, versions, an address and a marker.
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/ and
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 *
 * @returns `undefined` for options and for paths and addresses of which the name is not known.
 */
export function readPipName(line: string): DependencyName | undefined {
  const text = line.replace(/(?:^|\s)#.*$/, "").replace(/\s--?[a-z].*$/, "").trim();
  const platform = wheelPlatform(text);
  const wheel = /(?:^|[/\\])([A-Za-z0-9_.]+)-[^/\\]*\.whl\b/.exec(text);
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(
    text,
  );
  const rest = match?.[2] ?? "";
  const isNamed = match !== null && wheel?.index !== 0 && (rest === "" || /^[@<>=!~(;]/.test(rest));
  const name = isNamed ? match[1] : wheel?.[1];
  if (name === undefined) return undefined;
  const marker = (rest.startsWith("@") || !isNamed ? /\s;\s*(.+)$/ : /;\s*(.+)$/).exec(text)?.[1];
  return {
    name: normalName(name),
    ...(marker === undefined ? {} : { marker }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function normalName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/** https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ */
function wheelPlatform(text: string): string | undefined {
  const tags = /-([a-z0-9_.]+)\.whl\b/i.exec(text)?.[1]?.split(".") ?? [];
  const isForeign = tags.length > 0 && tags.every((tag) => /^(?:win|macosx)/i.test(tag));
  return isForeign ? tags.join(".") : undefined;
}
