/* gzip and deflate after RFC 1952 and RFC 1951, https://www.rfc-editor.org/rfc/rfc1951 */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

enum { LONGEST_CODE = 15, LITERALS = 288, DISTANCES = 30 };

typedef struct {
  const unsigned char *at, *end;
  uint64_t bits;
  int count;
  bool damaged;
} Input;

typedef struct {
  unsigned char *data;
  size_t size, capacity;
} Output;

/* Symbols in the order of their codes, and how many codes each length has. */
typedef struct {
  uint16_t counts[LONGEST_CODE + 1];
  uint16_t symbols[LITERALS];
} Code;

bool is_gzip(Bytes bytes) {
  return bytes.size >= 2 && bytes.data[0] == 0x1f && bytes.data[1] == 0x8b;
}

/* The next bits, lowest first. Never a byte ahead of need: what follows a member stays untouched.
 */
static unsigned take(Input *input, int count) {
  while (input->count < count) {
    if (input->at == input->end) {
      input->damaged = true;
      return 0;
    }
    input->bits |= (uint64_t)*input->at++ << input->count;
    input->count += 8;
  }
  unsigned value = (unsigned)(input->bits & ((1u << count) - 1));
  input->bits >>= count;
  input->count -= count;
  return value;
}

static void put(Output *output, unsigned char byte) {
  if (output->size == output->capacity) {
    output->capacity = output->capacity == 0 ? 1 << 16 : output->capacity * 2;
    output->data = realloc(output->data, output->capacity);
    if (output->data == NULL) die(EXIT_USAGE, "out of memory");
  }
  output->data[output->size++] = byte;
}

/* A code by the lengths of its symbols, section 3.2.2. False when it is over-full. */
static bool make_code(Code *code, const unsigned char *lengths, int count) {
  uint16_t offsets[LONGEST_CODE + 1] = {0};
  memset(code, 0, sizeof *code);
  for (int i = 0; i < count; i++) code->counts[lengths[i]]++;
  code->counts[0] = 0;
  int left = 1;
  for (int length = 1; length <= LONGEST_CODE; length++) {
    left = left * 2 - code->counts[length];
    if (left < 0) return false;
    if (length < LONGEST_CODE) offsets[length + 1] = offsets[length] + code->counts[length];
  }
  for (int i = 0; i < count; i++) {
    if (lengths[i] != 0) code->symbols[offsets[lengths[i]]++] = (uint16_t)i;
  }
  return true;
}

/* Codes of one length are consecutive numbers, so a symbol is found by subtracting those before. */
static int decode(Input *input, const Code *code) {
  int value = 0, first = 0, index = 0;
  for (int length = 1; length <= LONGEST_CODE && !input->damaged; length++) {
    value |= (int)take(input, 1);
    int count = code->counts[length];
    if (value - first < count) return code->symbols[index + value - first];
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  input->damaged = true;
  return 0;
}

/* Literals, lengths and distances until the end of the block, section 3.2.5. */
static void inflate_codes(Input *input, Output *output, const Code *literals,
                          const Code *distances) {
  static const uint16_t LENGTH[29] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                      15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                      67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint8_t LENGTH_BITS[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                          2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  static const uint16_t DISTANCE[DISTANCES] = {
      1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
      193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  static const uint8_t DISTANCE_BITS[DISTANCES] = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                   4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                   9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
  while (!input->damaged) {
    int symbol = decode(input, literals);
    if (symbol == 256) return;
    if (symbol < 256) {
      if (!input->damaged) put(output, (unsigned char)symbol);
      continue;
    }
    if (symbol > 285) break;
    size_t length = LENGTH[symbol - 257] + take(input, LENGTH_BITS[symbol - 257]);
    int far = decode(input, distances);
    if (far >= DISTANCES) break;
    size_t distance = DISTANCE[far] + take(input, DISTANCE_BITS[far]);
    if (input->damaged || distance > output->size) break;
    while (length-- > 0) put(output, output->data[output->size - distance]);
  }
  input->damaged = true;
}

static void inflate_stored(Input *input, Output *output) {
  input->bits = 0;
  input->count = 0;
  unsigned size = take(input, 16), complement = take(input, 16);
  if (size != (complement ^ 0xffff)) input->damaged = true;
  while (size-- > 0 && !input->damaged) {
    unsigned byte = take(input, 8);
    if (!input->damaged) put(output, (unsigned char)byte);
  }
}

static void inflate_fixed(Input *input, Output *output) {
  Code literals, distances;
  unsigned char lengths[LITERALS];
  for (int i = 0; i < LITERALS; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  make_code(&literals, lengths, LITERALS);
  memset(lengths, 5, DISTANCES);
  make_code(&distances, lengths, DISTANCES);
  inflate_codes(input, output, &literals, &distances);
}

/* A block that brings its codes, section 3.2.7. */
static void inflate_dynamic(Input *input, Output *output) {
  static const uint8_t ORDER[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
  int literal_count = (int)take(input, 5) + 257, distance_count = (int)take(input, 5) + 1;
  int order_count = (int)take(input, 4) + 4, total = literal_count + distance_count;
  unsigned char lengths[LITERALS + 32] = {0};
  Code code, literals, distances;
  for (int i = 0; i < order_count; i++) lengths[ORDER[i]] = (unsigned char)take(input, 3);
  if (!make_code(&code, lengths, 19)) input->damaged = true;
  memset(lengths, 0, sizeof lengths);
  for (int i = 0; i < total && !input->damaged;) {
    int symbol = decode(input, &code), repeat = 1;
    unsigned char length = (unsigned char)symbol;
    if (symbol >= 16) {
      length = symbol == 16 && i > 0 ? lengths[i - 1] : 0;
      if (symbol == 16 && i == 0) input->damaged = true;
      repeat = symbol == 16   ? 3 + (int)take(input, 2)
               : symbol == 17 ? 3 + (int)take(input, 3)
                              : 11 + (int)take(input, 7);
    }
    if (i + repeat > total) input->damaged = true;
    while (repeat-- > 0 && i < total) lengths[i++] = length;
  }
  if (literal_count > 286 || !make_code(&literals, lengths, literal_count) ||
      !make_code(&distances, lengths + literal_count, distance_count)) {
    input->damaged = true;
  }
  if (!input->damaged) inflate_codes(input, output, &literals, &distances);
}

static void inflate(Input *input, Output *output) {
  bool last = false;
  while (!last && !input->damaged) {
    last = take(input, 1);
    switch (take(input, 2)) {
      case 0:
        inflate_stored(input, output);
        break;
      case 1:
        inflate_fixed(input, output);
        break;
      case 2:
        inflate_dynamic(input, output);
        break;
      default:
        input->damaged = true;
    }
  }
  input->bits = 0;
  input->count = 0;
}

static uint32_t crc32(const unsigned char *data, size_t size) {
  static uint32_t table[256];
  if (table[1] == 0) {
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
      table[i] = value;
    }
  }
  uint32_t crc = ~0u;
  while (size-- > 0) crc = crc >> 8 ^ table[(crc ^ *data++) & 255];
  return ~crc;
}

/* The header of a member, RFC 1952 section 2.3. */
static bool skip_header(Input *input) {
  enum { HEADER_CRC = 2, EXTRA = 4, NAME = 8, COMMENT = 16 };
  if (input->end - input->at < 10) return false;
  if (input->at[0] != 0x1f || input->at[1] != 0x8b || input->at[2] != 8) return false;
  unsigned flags = input->at[3];
  input->at += 10;
  if (flags & EXTRA) {
    unsigned size = take(input, 16);
    while (size-- > 0) take(input, 8);
  }
  if (flags & NAME)
    while (!input->damaged && take(input, 8) != 0) {
    }
  if (flags & COMMENT)
    while (!input->damaged && take(input, 8) != 0) {
    }
  if (flags & HEADER_CRC) take(input, 16);
  return !input->damaged;
}

/* Deflated bytes without a header, as in a zip. */
bool inflate_raw(Bytes packed, Bytes *content) {
  Input input = {packed.data, packed.data + packed.size, 0, 0, false};
  Output output = {0};
  inflate(&input, &output);
  put(&output, 0);
  content->data = output.data;
  content->size = output.size - 1;
  return !input.damaged && input.at == input.end;
}

/* All members of a gzip file; like Go's reader it refuses whatever follows the last one. */
bool gunzip(Bytes packed, Bytes *content) {
  Input input = {packed.data, packed.data + packed.size, 0, 0, false};
  Output output = {0};
  while (input.at < input.end) {
    size_t start = output.size;
    if (!skip_header(&input)) return false;
    inflate(&input, &output);
    uint32_t crc = take(&input, 16);
    crc |= take(&input, 16) << 16;
    uint32_t size = take(&input, 16);
    size |= take(&input, 16) << 16;
    if (input.damaged || size != (uint32_t)(output.size - start)) return false;
    if (crc != crc32(output.data + start, output.size - start)) return false;
  }
  put(&output, 0);
  content->data = output.data;
  content->size = output.size - 1;
  return true;
}
