import type { Plan } from "../plan/mod.ts";
import { needsLineFeed, quoteList, quotePaths, quoteWord } from "./quote.ts";

/** How containers start. */
export type PlannedConfig = Plan["config"];

/** How containers start, as instructions. */
export function configInstructions(config: PlannedConfig): readonly string[] {
  const { User, Env = [], Labels = {}, ExposedPorts = {}, Volumes = {} } = config;
  const { StopSignal, WorkingDir, Entrypoint = [], Cmd = [] } = config;
  const volumes = Object.keys(Volumes);
  return [
    ...pairs("ENV", Env.map(splitVariable)),
    ...pairs("LABEL", Object.entries(Labels)),
    ...Object.keys(ExposedPorts).map((port) => `EXPOSE ${quoteWord(port)}`),
    ...(volumes.length === 0 ? [] : [`VOLUME ${quotePaths(volumes)}`]),
    ...(StopSignal === undefined ? [] : [`STOPSIGNAL ${quoteWord(StopSignal)}`]),
    ...(WorkingDir === undefined ? [] : [`WORKDIR ${WorkingDir}`]),
    ...(User === undefined ? [] : [`USER ${User}`]),
    `ENTRYPOINT ${quoteList(Entrypoint)}`,
    `CMD ${quoteList(Cmd)}`,
  ];
}

/** Whether some variable or label holds a line feed. */
export function holdsLineFeed({ Env = [], Labels = {} }: PlannedConfig): boolean {
  return [...Env, ...Object.values(Labels)].some(needsLineFeed);
}

/** Pairs of a name and a value in one instruction, a line each. */
export function pairs(
  instruction: "ENV" | "LABEL",
  values: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  if (values.length === 0) return [];
  const words = values.map(([name, value]) => `${quoteName(name)}=${quoteWord(value)}`);
  return [`${instruction} ${words.join(" \\\n    ")}`];
}

function splitVariable(variable: string): readonly [name: string, value: string] {
  const equals = variable.indexOf("=");
  return [variable.slice(0, equals), variable.slice(equals + 1)];
}

function quoteName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? name : quoteWord(name);
}
