/**
 * A zip of one stored file, written by the shell: no base has zip. The CRC stands in the last eight
 * bytes of what gzip makes of the file. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * Arguments: `$1` the file, `$2` its name in the zip, `$3` the zip.
 */
export const CATALOG_ZIP: readonly string[] = [
  `number() { value=$1; count=$2; while [ $count -gt 0 ]; do`,
  `  printf "\\\\$(printf %03o $((value % 256)))"; value=$((value / 256)); count=$((count - 1))`,
  `done; }`,
  `size=$(($(wc -c < "$1"))); name=\${#2}; offset=$((30 + name + size))`,
  `crc() { gzip -c < "$1" | tail -c 8 | head -c 4; }`,
  `# Version 2.0, stored, 1980-01-01; the size twice: there is no packing.`,
  `facts() {`,
  `  number 20 2; number 0 6; number 33 2; crc "$1"`,
  `  number "$size" 4; number "$size" 4; number "$name" 2; number 0 2`,
  `}`,
  `{`,
  `  printf 'PK\\003\\004'; facts "$1"; printf %s "$2"; cat "$1"`,
  `  printf 'PK\\001\\002'; number 20 2; facts "$1"; number 0 14; printf %s "$2"`,
  `  printf 'PK\\005\\006'; number 0 4; number 1 2; number 1 2`,
  `  number $((46 + name)) 4; number "$offset" 4; number 0 2`,
  `} > "$3"`,
];
