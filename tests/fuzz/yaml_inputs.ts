/** Environment files of all kinds, most of them nearly right. */
import fc from "fast-check";
import { bytesOf, damaged, wordsOf } from "./inputs.ts";

/** Good files that have every construct of YAML in them. */
const CONDA = [
  'channels:\n- conda-forge\ndependencies:\n- python=3.11.7\n- &a "pip = 23"\n' +
  "- pip:\n  - requests==2.31.0\n  - 'a @ https://x/y'\nrccPostInstall:\n- |\n  echo 1\n  echo ä\n",
  "# comment\nname: my env\nchannels: [conda-forge, 'b''c', \"d\\x41\\u00e9\\\n  e\"]\n" +
  "dependencies:\n  - python=3.11 # why\n  - nodejs >=20,\n    <21\n\n  - pip: [a, {b: c}, d: e]\n" +
  "  - 3.10\n  - yes\n  - !!str 3.10\n  - 2020-01-01\n  - ~\n  - !conda x\nprefix: /opt\n",
  "%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\nbase: &base\n  pip: &list\n  - a\n  - b\n" +
  "one: &one uv\ndependencies:\n- *one\n- *base\n- {<<: *base, other: 1}\n- <<: [*base, *base]\n" +
  "  pip:\n  - !e!x y\n  - !<tag:yaml.org,2002:str> 1\n- !!binary aGk=\n...\nmore: [\n",
  "? name\n: x\n? channels\n:\n  - a\n  -\n  - - b\ndependencies:\n- >-\n  folded\n  text\n\n  more\n" +
  "   in\n- |2+\n   kept\n\n- \"a\n\n  b\"\n- 'it''s\n  c'\n- plain\n  more\n\n  words\nname: y\n" +
  "rccPostInstall:\n- |\n    last line",
  "dependencies: [{pip: [x, \"y\": z, ? q : r]}, 'a', !!float 1, ! on, []]\n" +
  'channels:\r\n- a\r\n-\tb\nrccPostInstall: &x\n- echo "äö" 😀 \u00a0\n- "\\N\\_\\L\\P\\e\\0"\n',
];
const PACKAGES = [
  "name: Greeter\ndependencies:\n  conda-forge:\n    - python=3.11.7\n    - 3.10\n  pypi:\n" +
  '    - a=1.0.1\n    - requests==2.31.0\n    - " pandas = 2 "\n    - foo==\ndev-dependencies:\n' +
  "  pypi:\n    - pytest\npost-install:\n  - echo hi\n",
  "dependencies: &d\n  pypi: [x]\ndependencies:\n  conda-forge: [y]\ndev-dependencies: *d\n",
];

const WORDS = [
  ...["- ", ": ", "\n", "\n  ", "  ", " ", "pip", "python=3", "dependencies", "channels", "name"],
  ...['"', "'", "&a ", "*a", "!!str ", "!!int ", "!!null", "!x ", "|\n", "|", ">-\n", "|+\n", ">2"],
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    " #",
    "? ",
    "?",
    ":",
    "-",
    "---\n",
    "...\n",
    "<<: ",
    "\t",
    "\r",
  ],
  ...["\\", "%", "@", "`", "!", "~", "yes", "1", "0x1", "1_0", ".5", "\x85", "\u2028", "\u2029"],
  ...["\ufeff", "😀", "\u00a0", "\0", "\x1b", "2001-02-03", "=", "\\u0041", "\\x", "''", "\n\n"],
];

/** A change of one place of a text. */
interface Edit {
  /** Of the whole length, 0 to 1. */
  readonly at: number;
  readonly cut: number;
  readonly word: string;
}

const EDIT: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, fc.nat(3), fc.nat(30)),
  word: fc.oneof({ arbitrary: fc.constantFrom(...WORDS), weight: 5 }, fc.constant("")),
});

function edited(...good: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...good), fc.array(EDIT, { maxLength: 5 }))
    .map(([text, edits]) => bytesOf(edits.reduce(apply, text)));
}

function apply(text: string, { at, cut, word }: Edit): string {
  const offset = Math.floor(at * text.length);
  return text.slice(0, offset) + word + text.slice(offset + cut);
}

/** Files that end anywhere: in the middle of a word, of a block, or without a line break. */
function cut(...good: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...good), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([text, part]) => bytesOf(text.slice(0, Math.floor(part * text.length))));
}

/** One value of a list, in any style, for the reader and the writer. */
const VALUE = fc.array(fc.constantFrom(...WORDS, "word ", "x", "ä "), { maxLength: 40 })
  .map((words) => bytesOf(`name: ${JSON.stringify(words.join(""))}\nrccPostInstall:\n- |\n  x\n`));

/** Bytes of a conda.yaml. */
export const CONDA_FILES: fc.Arbitrary<Uint8Array> = fc.oneof(
  { arbitrary: edited(...CONDA), weight: 6 },
  { arbitrary: wordsOf(...WORDS), weight: 2 },
  { arbitrary: cut(...CONDA), weight: 1 },
  { arbitrary: damaged(...CONDA.map(bytesOf)), weight: 1 },
  { arbitrary: VALUE, weight: 1 },
);

/** Bytes of a package.yaml. */
export const PACKAGE_FILES: fc.Arbitrary<Uint8Array> = fc.oneof(
  edited(...PACKAGES),
  cut(...PACKAGES),
);
