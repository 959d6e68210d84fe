/** What a file says of how it is started. */
export type ProgramFacts = ElfFacts | ForeignElfFacts | ScriptFacts;

/** An ELF file for x86-64. */
export interface ElfFacts {
  readonly kind: "elf";
  /** The program that loads it: only what can be started names one. */
  readonly interpreter?: string;
  /** The libraries that it names, as it names them: `libz.so.1`. */
  readonly needed: readonly string[];
  /** The name under which others ask for it. */
  readonly soname?: string;
  /** Where libraries are looked for, its own and those of what it loads; `$ORIGIN` not replaced. */
  readonly rpath: readonly string[];
  /** Where its own libraries are looked for. With one of these, RPATH counts for nothing. */
  readonly runpath: readonly string[];
  /** The newest version of glibc that it cannot do without, such as `2.34`. */
  readonly glibc?: string;
}

/** An ELF file for another machine, of which nothing else is read. */
export interface ForeignElfFacts {
  readonly kind: "foreign-elf";
  /** As OCI calls it, such as `arm64`. */
  readonly machine: string;
}

/** A file that begins with `#!`. */
export interface ScriptFacts {
  readonly kind: "script";
  /** All that stands behind `#!` in the first line, such as `/usr/bin/env python`. */
  readonly interpreter: string;
}
