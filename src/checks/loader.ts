import type { LoaderFacts } from "../base/mod.ts";
import type { ElfFacts } from "../programs/mod.ts";
import type { FileOfImage } from "./image_files.ts";

/** What the program interpreter has to go by. */
export interface LoaderOptions {
  /** The file that a path leads to. */
  find(path: string): FileOfImage | undefined;
  /** What a file of the environment says; nothing of what is no ELF file for x86-64. */
  facts(own: string): ElfFacts | undefined;
  /** What the base's interpreter knows by itself. */
  readonly base: LoaderFacts;
  /** The value of LD_LIBRARY_PATH. */
  readonly libraryPath: readonly string[];
}

/** A file as it was found. */
interface FoundFile {
  /** The path by which it was found, symlinks and all: `$ORIGIN` is its folder. */
  readonly path: string;
  readonly file: FileOfImage;
}

/** A file that was loaded. */
export interface Loaded extends FoundFile {
  /** Of files of the environment alone: the base's own are not looked into. */
  readonly facts?: ElfFacts;
  /** What asked for it. */
  readonly by?: Loaded;
}

/** A library that was not found. */
export interface MissingLibrary {
  readonly name: string;
  /** What asks for it. */
  readonly by: Loaded;
}

/** A process: what is loaded in it, and what is not found. */
export interface Process {
  readonly main: Loaded;
  readonly loaded: readonly Loaded[];
  readonly missing: readonly MissingLibrary[];
  /** By all names that a library may be asked for. */
  readonly names: ReadonlyMap<string, Loaded>;
}

/** It is there before all others. */
const INTERPRETER = "ld-linux-x86-64.so.2";

/**
 * Finds libraries as glibc's interpreter does.
 * https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export class Loader {
  readonly #options: LoaderOptions;
  readonly #found = new Map<string, FoundFile | undefined>();

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Starts a program, or with `into` loads a library into a process that runs already. */
  load(file: FileOfImage, into?: Process): Process {
    const first = this.#loaded({ path: file.path, file }, into?.main);
    const main = into?.main ?? first;
    const loaded = [first];
    const missing: MissingLibrary[] = [];
    const own = new Map<string, Loaded>();
    const names = { get: (name: string) => own.get(name) ?? into?.names.get(name) };
    const enter = (found: Loaded, name?: string) => {
      for (const each of [name, found.facts?.soname]) if (each !== undefined) own.set(each, found);
    };
    enter(first);
    // What is loaded while this goes on comes later in its turn: breadth first, as the interpreter.
    for (const by of loaded) {
      for (const name of by.facts?.needed ?? []) {
        if (name === "" || name === INTERPRETER || names.get(name) !== undefined) continue;
        const found = this.#search(name, by, main);
        if (found === undefined) {
          missing.push({ name, by });
          continue;
        }
        const same = loaded.find((each) => each.file.path === found.file.path);
        const next = same ?? this.#loaded(found, by);
        enter(next, name);
        if (same === undefined) loaded.push(next);
      }
    }
    return { main, loaded, missing, names: own };
  }

  #loaded(found: FoundFile, by: Loaded | undefined): Loaded {
    const { own } = found.file;
    const facts = own === undefined ? undefined : this.#options.facts(own);
    return {
      ...found,
      ...(facts === undefined ? {} : { facts }),
      ...(by === undefined ? {} : { by }),
    };
  }

  #search(name: string, by: Loaded, main: Loaded): FoundFile | undefined {
    if (name.includes("/")) {
      const path = expand(name, by);
      // From which folder it is started is not known.
      return path.startsWith("/") ? this.#accept(path) : { path, file: { path } };
    }
    for (const folder of this.#folders(by, main)) {
      const found = this.#accept(`${folder}/${name}`);
      if (found !== undefined) return found;
    }
    const cached = this.#options.base.cache[name];
    const found = cached === undefined ? undefined : this.#accept(cached);
    if (found !== undefined) return found;
    for (const folder of this.#options.base.folders) {
      const found = this.#accept(`${folder}/${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** That are to be looked into before those that every program has. */
  *#folders(by: Loaded, main: Loaded): Generator<string> {
    if (!hasRunpath(by)) {
      let each: Loaded | undefined = by;
      let isMainDone = false;
      for (; each !== undefined; each = each.by) {
        isMainDone ||= each === main;
        yield* rpathOf(each);
      }
      if (!isMainDone) yield* rpathOf(main);
    }
    yield* this.#options.libraryPath;
    yield* absolute(by.facts?.runpath ?? [], by);
  }

  /** What is there, and no file of the environment that is for something else. */
  #accept(path: string): FoundFile | undefined {
    const known = this.#found.get(path);
    if (known !== undefined || this.#found.has(path)) return known;
    const file = this.#options.find(path);
    const isFit = file !== undefined &&
      (file.own === undefined || this.#options.facts(file.own) !== undefined);
    const found = isFit ? { path: path.replaceAll(/\/{2,}/g, "/"), file } : undefined;
    this.#found.set(path, found);
    return found;
  }
}

function hasRunpath({ facts }: Loaded): boolean {
  return facts !== undefined && facts.runpath.length > 0;
}

/** With a RUNPATH it counts for nothing. */
function rpathOf(file: Loaded): readonly string[] {
  return hasRunpath(file) ? [] : absolute(file.facts?.rpath ?? [], file);
}

function absolute(folders: readonly string[], { path }: Loaded): readonly string[] {
  return folders.map((folder) => expand(folder, { path })).filter((folder) =>
    folder.startsWith("/")
  );
}

/** Debian's. Others have `lib64`, and environments neither. */
const LIB = "lib/x86_64-linux-gnu";

function expand(text: string, { path }: Pick<Loaded, "path">): string {
  const origin = path.slice(0, path.lastIndexOf("/"));
  return text.replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin)
    .replaceAll(/\$(?:LIB\b|\{LIB\})/g, LIB)
    .replaceAll(/\$(?:PLATFORM\b|\{PLATFORM\})/g, "x86_64");
}
