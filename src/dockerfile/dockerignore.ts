/** A file in the form of a .gitignore. */
export interface IgnoreFile {
  readonly name: string;
  readonly text: string;
}

/** Options of {@linkcode dockerignore}. */
export interface DockerignoreOptions {
  /** Relative to the robot's folder: `.` when it is that. */
  readonly artifactsDir: string;
  /** Further patterns, in the same form. */
  readonly exclude: readonly string[];
  /** Whether the build needs hololib.zip. */
  readonly needsZip: boolean;
}

/**
 * A .dockerignore that leaves out what the robot's ignore files leave out. Its patterns begin at the
 * context's folder and know no difference between files and folders.
 *
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function dockerignore(
  files: readonly IgnoreFile[],
  { artifactsDir, exclude, needsZip }: DockerignoreOptions,
): string {
  const lines = [
    ...files.flatMap(({ name, text }) => [
      `# ${JSON.stringify(name)}`,
      ...text.replace(/^\ufeff/, "").split(/\r?\n/).flatMap(translate),
    ]),
    ...(exclude.length === 0 ? [] : ["# --exclude", ...exclude.flatMap(translate)]),
    "# What no image of the robot holds.",
    "**/.git",
    ...(artifactsDir === "." ? [] : [escapePath(artifactsDir)]),
    "Dockerfile",
    ".dockerignore",
    ...(needsZip ? [] : ["hololib.zip"]),
    "# What the build needs.",
    "!rcc",
    ...(needsZip ? ["!hololib.zip"] : []),
  ];
  return lines.join("\n") + "\n";
}

/** One line of a .gitignore. https://git-scm.com/docs/gitignore#_pattern_format */
function translate(line: string): readonly string[] {
  const trimmed = line.replace(/(?<!\\)(\\\\)*[ \t]+$/, "$1");
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const isNegated = trimmed.startsWith("!");
  const pattern = (isNegated ? trimmed.slice(1) : trimmed).replace(/\/+$/, "");
  if (pattern === "") return [];
  const isAnchored = pattern.includes("/");
  const path = isAnchored ? pattern.replace(/^\/+/, "") : `**/${pattern}`;
  // Docker negates a class by ^ alone, and trims a line whatever stands before its last blank.
  const translated = path.replaceAll("[!", "[^").replace(/\\ $/, "[ ]");
  return [`${isNegated ? "!" : ""}${translated}`];
}

function escapePath(path: string): string {
  return path.replace(/[\\*?[\]]/g, "\\$&");
}
