import { Failure } from "../failure/mod.ts";
import type { AtomicFolder } from "../files/mod.ts";
import type { Environment, EnvironmentPython } from "../holotree/mod.ts";
import type { Content, EnvironmentLayer } from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import { copyPython, type PythonCopy } from "./copy_python.ts";
import { Interpreter, InterpreterError, type PythonVersion } from "./interpreter.ts";
import { bytecodeEntries } from "./layer_entries.ts";
import { normalizeCode } from "./marshal.ts";
import type { BytecodeOrder } from "./order.ts";
import { readModuleSource, type Source, sourcesOf } from "./sources.ts";

/** Options of {@linkcode BytecodeCompiler}. */
export interface BytecodeCompilerOptions {
  readonly environment: Environment;
  readonly python: EnvironmentPython;
  /** How many processes, at least 1. The bytes do not depend on it. */
  readonly jobs: number;
  /** Makes the folder that the Python is restored in. */
  readonly begin: () => Promise<AtomicFolder>;
}

/** Options of {@linkcode BytecodeCompiler.compile}. */
export interface CompileOptions {
  /** An empty file, for the bytecode until the layer is packed. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Told of each source. */
  readonly onSource?: ((source: { readonly size: number }) => void) | undefined;
}

/** The header of a `.pyc`. */
const HEADER_BYTES = 16;
/** While one source is compiled the next is on its way. */
const SOURCES_AT_ONCE = 2;

/** Compiles the sources of layers with a restored copy of their Python. Nothing of them is run. */
export class BytecodeCompiler implements AsyncDisposable {
  readonly #options: BytecodeCompilerOptions;
  readonly #disposables = new AsyncDisposableStack();
  #copied: Promise<PythonCopy> | undefined;
  #isDisposed = false;
  readonly #interpreters: (Interpreter | undefined)[];
  readonly #free: number[] = [];
  readonly #waiting: ((slot: number) => void)[] = [];
  /** How many sources were compiled, and how many do not compile. */
  readonly counts = { compiled: 0, skipped: 0 };

  constructor(options: BytecodeCompilerOptions) {
    this.#options = options;
    this.#interpreters = Array.from({ length: options.jobs });
    for (let i = 0; i < SOURCES_AT_ONCE * options.jobs; i++) this.#free.push(i % options.jobs);
  }

  /**
   * @returns The bytecode of a layer, as entries at its end.
   * @throws {Failure} when the Python cannot be run here.
   * @throws {ContentError} when a source is damaged or cannot be read.
   */
  async compile(
    layer: EnvironmentLayer,
    order: BytecodeOrder,
    { path, signal, onSource }: CompileOptions,
  ): Promise<readonly TarEntry<Content>[]> {
    const { tag, minor } = await this.#version();
    return await bytecodeEntries([...sourcesOf(layer, order)], {
      ...{ order, tag, path, signal },
      limit: SOURCES_AT_ONCE * this.#options.jobs,
      compile: async (source) => {
        const compiled = await this.#compileSource(source, signal);
        onSource?.(source.content);
        if (compiled.length === 0) this.counts.skipped++;
        else this.counts.compiled++;
        return compiled.length === 0 ? compiled : withNormalCode(compiled, minor);
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    for (const interpreter of this.#interpreters) interpreter?.[Symbol.dispose]();
    await this.#disposables.disposeAsync();
  }

  async #version(): Promise<PythonVersion> {
    try {
      const { version } = await this.#interpreter(0);
      return await version;
    } catch (error) {
      throw asFailure(error);
    }
  }

  async #compileSource(source: Source, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const bytes = await readModuleSource(source);
    for (;;) {
      const slot = await this.#take();
      try {
        signal?.throwIfAborted();
        const interpreter = await this.#interpreter(slot);
        return await interpreter.compile(source.path, bytes);
      } catch (error) {
        if (!(error instanceof InterpreterError)) throw error;
        if (error.cause === "source") return new Uint8Array();
        if (error.cause === "interpreter") throw asFailure(error);
      } finally {
        this.#give(slot);
      }
    }
  }

  async #interpreter(slot: number): Promise<Interpreter> {
    const copy = await (this.#copied ??= this.#copy());
    const known = this.#interpreters[slot];
    if (known !== undefined && !known.hasEnded) return known;
    if (this.#isDisposed) throw new InterpreterError("it is not needed any more");
    return this.#interpreters[slot] = new Interpreter(copy);
  }

  async #copy(): Promise<PythonCopy> {
    const { environment, python, begin } = this.#options;
    const folder = this.#disposables.use(await begin());
    return await copyPython(environment, python, folder.temporaryPath);
  }

  async #take(): Promise<number> {
    const slot = this.#free.shift();
    if (slot !== undefined) return slot;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.push(resolve);
    return await promise;
  }

  #give(slot: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }
}

function withNormalCode(compiled: Uint8Array, minor: number): Uint8Array {
  const code = normalizeCode(compiled.subarray(HEADER_BYTES), minor);
  const whole = compiled.subarray(0, HEADER_BYTES + code.length);
  whole.set(code, HEADER_BYTES);
  return whole;
}

function asFailure(error: unknown): unknown {
  if (!(error instanceof InterpreterError)) return error;
  return new Failure(
    "environment/bytecode",
    `failed to compile bytecode: the environment's Python cannot be run here, ${error.message}, ` +
      "build where it can or without --compile-bytecode",
    { cause: error },
  );
}
