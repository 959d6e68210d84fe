/**
 * Variables that decide where pip finds packages. rcc hands them on, and then runs
 * `pip install --isolated --index-url <its own>`, which reads none of them.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/workflows.go (`pipLayer`) and
 * https://pip.pypa.io/en/stable/cli/pip/#cmdoption-isolated
 */
const IGNORED = [
  "PIP_INDEX_URL",
  "PIP_EXTRA_INDEX_URL",
  "PIP_FIND_LINKS",
  "PIP_NO_INDEX",
  "PIP_TRUSTED_HOST",
  "PIP_PROXY",
  "PIP_CERT",
  "PIP_CLIENT_CERT",
  "PIP_CONSTRAINT",
];

/** Says which variables of the host do nothing for rcc, and what does. Names, never values. */
export function pipVariableWarnings(
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const names = IGNORED.filter((name) => (env[name] ?? "") !== "");
  if (names.length === 0) return [];
  const [are, they] = names.length === 1 ? ["is", "it does"] : ["are", "they do"];
  return [
    `${names.join(", ")} ${are} set, but rcc runs pip isolated, so that ${they} nothing: set the ` +
    `endpoint "pypi" (and "pypi-trusted") in the settings.yaml of ROBOCORP_HOME instead`,
  ];
}
