/* JSON after RFC 8259, as rcc's catalogs use it: https://www.rfc-editor.org/rfc/rfc8259 */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

typedef struct {
  const char *start, *at, *name;
} Reader;

static void refuse(const Reader *reader, const char *expected) {
  die(EXIT_ENVIRONMENT, "%s: expected %s at byte %ld of its JSON", reader->name, expected,
      (long)(reader->at - reader->start));
}

static void skip_space(Reader *reader) {
  reader->at += strspn(reader->at, " \t\r\n");
}

static bool accept(Reader *reader, char sign) {
  skip_space(reader);
  if (*reader->at != sign) return false;
  reader->at++;
  return true;
}

static unsigned read_unit(Reader *reader) {
  char digits[5] = {0};
  if (memchr(reader->at, 0, 4) != NULL) refuse(reader, "four hex digits");
  memcpy(digits, reader->at, 4);
  reader->at += 4;
  return (unsigned)strtoul(digits, NULL, 16);
}

static char *put_utf8(char *out, unsigned point) {
  if (point < 0x80) {
    *out++ = (char)point;
  } else if (point < 0x800) {
    *out++ = (char)(0xc0 | point >> 6);
    *out++ = (char)(0x80 | (point & 63));
  } else if (point < 0x10000) {
    *out++ = (char)(0xe0 | point >> 12);
    *out++ = (char)(0x80 | (point >> 6 & 63));
    *out++ = (char)(0x80 | (point & 63));
  } else {
    *out++ = (char)(0xf0 | point >> 18);
    *out++ = (char)(0x80 | (point >> 12 & 63));
    *out++ = (char)(0x80 | (point >> 6 & 63));
    *out++ = (char)(0x80 | (point & 63));
  }
  return out;
}

static unsigned read_point(Reader *reader) {
  unsigned unit = read_unit(reader);
  if (unit < 0xd800 || unit > 0xdbff || strncmp(reader->at, "\\u", 2) != 0) return unit;
  reader->at += 2;
  return 0x10000 + (unit - 0xd800) * 0x400 + (read_unit(reader) - 0xdc00);
}

static char *read_string(Reader *reader) {
  if (!accept(reader, '"')) refuse(reader, "a string");
  size_t most = 0;
  while (reader->at[most] != '"' && reader->at[most] != 0) most += reader->at[most] == '\\' ? 2 : 1;
  char *text = allocate(most + 1), *out = text;
  while (*reader->at != '"') {
    if (*reader->at == 0) refuse(reader, "the end of a string");
    if (*reader->at != '\\') {
      *out++ = *reader->at++;
      continue;
    }
    static const char LETTERS[] = "\"\\/bfnrt", MEANT[] = "\"\\/\b\f\n\r\t";
    char escape = reader->at[1];
    const char *known = escape == 0 ? NULL : strchr(LETTERS, escape);
    if (known == NULL && escape != 'u') refuse(reader, "an escape");
    reader->at += 2;
    if (known == NULL) out = put_utf8(out, read_point(reader));
    else *out++ = MEANT[known - LETTERS];
  }
  reader->at++;
  return text;
}

static Value *read_value(Reader *reader) {
  if (accept(reader, '{')) {
    Value *map = new_value(MAP);
    if (accept(reader, '}')) return map;
    do {
      skip_space(reader);
      char *key = read_string(reader);
      if (!accept(reader, ':')) refuse(reader, "\":\"");
      add_item(map, key, read_value(reader));
    } while (accept(reader, ','));
    if (!accept(reader, '}')) refuse(reader, "\"}\"");
    return map;
  }
  if (accept(reader, '[')) {
    Value *list = new_value(LIST);
    if (accept(reader, ']')) return list;
    do {
      add_item(list, NULL, read_value(reader));
    } while (accept(reader, ','));
    if (!accept(reader, ']')) refuse(reader, "\"]\"");
    return list;
  }
  skip_space(reader);
  if (*reader->at == '"') {
    char *text = read_string(reader);
    return new_text(text, strlen(text));
  }
  size_t length = strspn(reader->at, "abcdefghijklmnopqrstuvwxyz0123456789.+-E");
  if (length == 0) refuse(reader, "a value");
  bool null = length == 4 && strncmp(reader->at, "null", 4) == 0;
  Value *word = null ? new_value(NOTHING) : new_text(reader->at, length);
  reader->at += length;
  return word;
}

const Value *parse_json(const char *text, const char *name) {
  Reader reader = {text, text, name};
  Value *value = read_value(&reader);
  skip_space(&reader);
  if (*reader.at != 0) refuse(&reader, "the end");
  return value;
}
