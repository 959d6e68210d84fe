import {
  allCommands,
  choicesOf,
  type CommandLine,
  flagsOf,
  type OptionText,
  proposedOf,
} from "./command_line.ts";

/**
 * For `Register-ArgumentCompleter -Native`. Where nothing is proposed, PowerShell proposes files.
 * https://learn.microsoft.com/powershell/module/microsoft.powershell.core/register-argumentcompleter
 */
export function powershellScript({ name, options, commands }: CommandLine): string {
  const all = [...allCommands(commands)];
  const top = [...commands.map(({ name }) => name), ...flagsOf(options)];
  return [
    `# PowerShell completion for ${name}: ${name} completion powershell | Out-String | Invoke-Expression`,
    `Register-ArgumentCompleter -Native -CommandName ${quote(name)} -ScriptBlock {`,
    "  param($wordToComplete, $commandAst, $cursorPosition)",
    "  $words = @{",
    `    '' = ${list(top)}`,
    ...all.map(({ path, command }) =>
      `    ${quote(path.join(" "))} = ${list(proposedOf(command))}`
    ),
    "  }",
    "  $values = @{",
    ...valueLines("", options),
    ...all.flatMap(({ path, command }) => valueLines(path.join(" "), command.options)),
    "  }",
    "  $command = ''",
    "  $previous = ''",
    "  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {",
    "    if ($element.Extent.EndOffset -ge $cursorPosition) { break }",
    "    $previous = $element.ToString()",
    `    $next = "$command $previous".Trim()`,
    "    if ($words.ContainsKey($next)) { $command = $next }",
    "  }",
    `  $option = "$command $previous".Trim()`,
    "  $proposed = if ($values.ContainsKey($option)) { $values[$option] } else { $words[$command] }",
    `  $proposed | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {`,
    "    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)",
    "  }",
    "}",
    "",
  ].join("\n");
}

/** What follows an option that takes a value: nothing, so that it is files, or its choices. */
function valueLines(command: string, options: readonly OptionText[]): readonly string[] {
  return options.flatMap(({ short, long, value }) =>
    value === undefined
      ? []
      : [short, long].filter((flag) => flag !== undefined).map((flag) =>
        `    ${quote(`${command} ${flag}`.trim())} = ${list(choicesOf(value))}`
      )
  );
}

function list(words: readonly string[]): string {
  return `@(${words.map(quote).join(", ")})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
