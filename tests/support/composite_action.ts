import { cp, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "./tools.ts";

/** The part of an action's file that is run. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

/** How an action ended. */
export interface ActionResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly stdout: string;
  /** Keys of caches that were found, whole or by their beginning. */
  readonly restored: readonly string[];
}

/** Options of {@linkcode ActionRunner.run}. */
export interface RunActionOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a composite action of GitHub as plain shell, with `actions/cache` played: what its steps
 * print into `GITHUB_OUTPUT` and `GITHUB_PATH` is read as a runner reads it.
 *
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
 */
export class ActionRunner {
  readonly #action: string;
  readonly #folder: string;
  readonly #caches = new Map<string, string>();
  #runs = 0;

  /** @param folder An empty one, for the runner itself. */
  constructor(action: string, folder: string) {
    this.#action = action;
    this.#folder = folder;
  }

  /** Runs the action on a fresh machine: only caches are left of earlier runs. */
  async run(
    inputs: Readonly<Record<string, string>>,
    { cwd, env }: RunActionOptions,
  ): Promise<ActionResult> {
    const action: Action = parse(await readFile(join(this.#action, "action.yml"), "utf8"));
    const machine = join(this.#folder, `machine-${this.#runs++}`);
    const [temporary, tools] = [join(machine, "temp"), join(machine, "tools")];
    await mkdir(temporary, { recursive: true });
    await mkdir(tools);
    const values = new Map<string, string>([
      ["runner.os", "Linux"],
      ["runner.arch", "X64"],
      ...Object.entries(action.inputs).map(([name, { default: value }]) =>
        [`inputs.${name}`, inputs[name] ?? value] as const
      ),
    ]);
    const fill = (text: string) =>
      text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name) => values.get(name) ?? "");

    let path = env["PATH"] ?? "";
    let stdout = "";
    const restored: string[] = [];
    const toSave: { readonly key: string; readonly path: string }[] = [];
    for (const [i, step] of action.runs.steps.entries()) {
      if (step.if !== undefined && !holds(step.if, values)) continue;
      if (step.uses !== undefined) {
        const { path = "", key = "", "restore-keys": start } = mapValues(step.with ?? {}, fill);
        const found = this.#findCache(key, start);
        if (found !== undefined) {
          restored.push(found);
          await cp(this.#caches.get(found)!, path, { recursive: true });
        }
        if (found !== key) toSave.push({ key, path });
        continue;
      }
      const files = [join(machine, `output-${i}`), join(machine, `path-${i}`)] as const;
      await Promise.all(files.map((file) => writeFile(file, "")));
      const result = await run("bash", ["-c", step.run!], {
        cwd,
        env: {
          ...env,
          PATH: path,
          GITHUB_ACTION_PATH: this.#action,
          GITHUB_OUTPUT: files[0],
          GITHUB_PATH: files[1],
          RUNNER_TEMP: temporary,
          RUNNER_TOOL_CACHE: tools,
          ...mapValues(step.env ?? {}, fill),
        },
      });
      stdout += result.stdout;
      for (const line of await linesOf(files[0])) {
        const equals = line.indexOf("=");
        values.set(`steps.${step.id}.outputs.${line.slice(0, equals)}`, line.slice(equals + 1));
      }
      for (const folder of await linesOf(files[1])) path = `${folder}:${path}`;
    }
    for (const { key, path } of toSave) await this.#save(key, path);
    return { outputs: mapValues(action.outputs, ({ value }) => fill(value)), stdout, restored };
  }

  /** The cache of the key itself, or the newest whose key begins so. */
  #findCache(key: string, start: string | undefined): string | undefined {
    if (this.#caches.has(key)) return key;
    return start && [...this.#caches.keys()].findLast((name) => name.startsWith(start));
  }

  async #save(key: string, path: string): Promise<void> {
    const place = join(this.#folder, `cache-${this.#caches.size}`);
    await stat(path);
    await cp(path, place, { recursive: true });
    this.#caches.set(key, place);
  }
}

/** `runner.os == 'Windows'` and the like. */
function holds(condition: string, values: ReadonlyMap<string, string>): boolean {
  const [, name, sign, value] = /^([\w.]+) (==|!=) '([^']*)'$/.exec(condition) ?? [];
  if (name === undefined) throw new Error(`expected a comparison, found "${condition}"`);
  return (values.get(name) === value) === (sign === "==");
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));
}

async function linesOf(path: string): Promise<readonly string[]> {
  return (await readFile(path, "utf8")).split("\n").filter(Boolean);
}
