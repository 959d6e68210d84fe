/** The codes of a block, which stand at its beginning, as tables. */
import { bits, count, refill, take } from "./bits";
import {
  buildTable,
  CODE_LENGTHS,
  DISTANCE_BITS,
  DISTANCES,
  distanceTable,
  LENGTH_BITS,
  lengthTable,
  LITERAL_BITS,
  LITERALS_AND_LENGTHS,
  literalTable,
} from "./decode_table";

const codeLengths: usize = memory.data(320 + 138, 16);
const codeLengthOrder: usize = memory.data<u8>([
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
]);

/** https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6 */
export function setFixedCodes(): void {
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  buildTable(LITERALS_AND_LENGTHS, literalTable, LITERAL_BITS, codeLengths, 288);
  memory.fill(codeLengths, 5, 32);
  buildTable(DISTANCES, distanceTable, DISTANCE_BITS, codeLengths, 32);
}

/** https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7. @returns Whether they are codes. */
export function readCodes(): bool {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const lengths = take(4) + 4;
  memory.fill(codeLengths, 0, 19);
  for (let i: u32 = 0; i < lengths; i++) {
    if (count < 3) refill();
    store<u8>(codeLengths + load<u8>(codeLengthOrder + i), <u8> take(3));
  }
  if (!buildTable(CODE_LENGTHS, lengthTable, LENGTH_BITS, codeLengths, 19)) return false;
  const size = literals + distances;
  for (let i: u32 = 0; i < size;) {
    if (count < 14) refill();
    const entry = load<u32>(lengthTable + ((<usize> bits & ((1 << LENGTH_BITS) - 1)) << 2));
    take(entry & 0xff);
    const symbol = entry >> 16;
    let repeats: u32 = 1;
    let length = <u8> symbol;
    if (symbol == 16) {
      if (i == 0) return false;
      length = load<u8>(codeLengths + i - 1);
      repeats = 3 + take(2);
    } else if (symbol > 16) {
      length = 0;
      repeats = symbol == 17 ? 3 + take(3) : 11 + take(7);
    }
    memory.fill(codeLengths + i, length, repeats);
    i += repeats;
    if (i > size) return false;
  }
  const hasEnd = load<u8>(codeLengths + 256) != 0;
  const areCodes = hasEnd &&
    buildTable(LITERALS_AND_LENGTHS, literalTable, LITERAL_BITS, codeLengths, literals) &&
    buildTable(DISTANCES, distanceTable, DISTANCE_BITS, codeLengths + literals, distances);
  return areCodes;
}
