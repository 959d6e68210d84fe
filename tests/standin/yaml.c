/*
 * The part of YAML that robots use: maps and lists in block and one-line form, plain, quoted and
 * block texts, comments. Whatever else (anchors, tags, several documents) is refused by line.
 */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

typedef struct {
  char *text; /* without its indent */
  size_t indent;
  size_t number;
  bool empty; /* blank, or a comment alone */
} Line;

typedef struct {
  Line *lines;
  size_t count, at;
  const char *name;
} Reader;

static Value *read_node(Reader *reader, size_t indent);

static void refuse(const Reader *reader, const char *what) {
  size_t at = reader->at < reader->count ? reader->at : reader->count - 1;
  die(EXIT_UNREADY, "%s:%zu: the stand-in does not read %s: %s", reader->name,
      reader->lines[at].number, what, reader->lines[at].text);
}

/* The next line that says something, NULL at the end or when it stands further left. */
static Line *peek(Reader *reader, size_t indent) {
  while (reader->at < reader->count && reader->lines[reader->at].empty) reader->at++;
  if (reader->at == reader->count || reader->lines[reader->at].indent < indent) return NULL;
  return &reader->lines[reader->at];
}

/* How many bytes of a plain text stand before a comment, and before the spaces in front of it. */
static size_t plain_length(const char *text) {
  size_t length = 0;
  while (text[length] != 0 && !(text[length] == '#' && (length == 0 || text[length - 1] == ' ')))
    length++;
  while (length > 0 && text[length - 1] == ' ') length--;
  return length;
}

/* The bytes of a quoted text with its quotes, 0 when it does not end on this line. */
static size_t quoted_length(const char *text) {
  for (size_t i = 1; text[i] != 0; i++) {
    if (*text == '"' && text[i] == '\\' && text[i + 1] != 0) i++;
    else if (*text == '\'' && text[i] == '\'' && text[i + 1] == '\'') i++;
    else if (text[i] == *text) return i + 1;
  }
  return 0;
}

static char *unquote(const char *text, size_t length) {
  static const char LETTERS[] = "0abtnvfre\"/\\ ", MEANT[] = "\0\a\b\t\n\v\f\r\x1b\"/\\ ";
  char *content = allocate(length), *out = content;
  for (size_t i = 1; i + 1 < length; i++) {
    const char *letter = *text == '"' && text[i] == '\\' ? strchr(LETTERS, text[i + 1]) : NULL;
    if (letter != NULL) {
      *out++ = MEANT[letter - LETTERS];
      i++;
    } else {
      *out++ = text[i];
      if (*text == '\'' && text[i] == '\'') i++;
    }
  }
  return content;
}

/* The length of the key that a line begins with, its colon excluded; 0 when it begins with none. */
static size_t key_length(const char *text) {
  size_t end = plain_length(text), at = 0;
  if (*text == '"' || *text == '\'') {
    at = quoted_length(text);
    return at > 0 && text[at] == ':' ? at : 0;
  }
  if (*text == '[' || *text == '{') return 0;
  while (at < end && !(text[at] == ':' && (at + 1 == end || text[at + 1] == ' '))) at++;
  return at < end ? at : 0;
}

static Value *read_flow(Reader *reader, const char **text) {
  const char *at = *text + strspn(*text, " ");
  Value *value;
  if (*at == '[' || *at == '{') {
    char close = *at++ == '[' ? ']' : '}';
    value = new_value(close == ']' ? LIST : MAP);
    for (at += strspn(at, " "); *at != close; at += strspn(at, " ")) {
      Value *key = close == '}' ? read_flow(reader, &at) : NULL;
      if (key != NULL && (key->kind != TEXT || *at++ != ':')) refuse(reader, "this map");
      add_item(value, key == NULL ? NULL : key->text, read_flow(reader, &at));
      at += strspn(at, " ");
      if (*at == ',') at++;
      else if (*at != close) refuse(reader, "a list or map over several lines");
    }
    at++;
  } else if (*at == '"' || *at == '\'') {
    size_t length = quoted_length(at);
    if (length == 0) refuse(reader, "a quoted text over several lines");
    char *content = unquote(at, length);
    value = new_text(content, strlen(content));
    at += length;
  } else {
    size_t length = strcspn(at, ",]}:");
    size_t trimmed = length;
    while (trimmed > 0 && at[trimmed - 1] == ' ') trimmed--;
    value = new_text(at, trimmed);
    at += length;
  }
  *text = at + strspn(at, " ");
  return value;
}

/* `|` and `>`: the lines below that stand further right than `indent`. */
static Value *read_block_text(Reader *reader, const char *header, size_t indent) {
  bool folded = *header == '>', strip = header[1] == '-';
  if (header[plain_length(header)] != 0 || (header[1] != 0 && strcmp(header + 1, "-") != 0)) {
    refuse(reader, "this block text");
  }
  char *text = copy_text("", 0);
  size_t left = 0;
  for (reader->at++; reader->at < reader->count; reader->at++) {
    Line *line = &reader->lines[reader->at];
    bool blank = *line->text == 0;
    if (!blank && line->indent <= indent) break;
    if (!blank && left == 0) left = line->indent;
    char *spaces = copy_text("", 0);
    for (size_t i = left; !blank && i < line->indent; i++) spaces = format_text("%s ", spaces);
    text = format_text("%s%s%s%s", text, spaces, line->text, folded && !blank ? " " : "\n");
  }
  size_t length = strlen(text);
  while (length > 0 && strchr("\n ", text[length - 1]) != NULL) length--;
  text[length] = 0;
  if (!strip) text = format_text("%s\n", text);
  return new_text(text, strlen(text));
}

/* What stands behind `- ` or `key: ` on the line at hand, with the lines that belong to it. */
static Value *read_inline(Reader *reader, const char *text, size_t indent) {
  if (*text == '|' || *text == '>') return read_block_text(reader, text, indent);
  if (strchr("&*!%@`", *text) != NULL) refuse(reader, "anchors, tags and reserved signs");
  if (strchr("\"'[{", *text) != NULL) {
    const char *end = text;
    Value *value = read_flow(reader, &end);
    if (*end != 0 && *end != '#') refuse(reader, "what follows this value");
    reader->at++;
    return value;
  }
  char *plain = copy_text(text, plain_length(text));
  reader->at++;
  Line *more;
  while ((more = peek(reader, indent + 1)) != NULL) {
    plain = format_text("%s %.*s", plain, (int)plain_length(more->text), more->text);
    reader->at++;
  }
  if (strcmp(plain, "null") == 0 || strcmp(plain, "~") == 0) return new_value(NOTHING);
  return new_text(plain, strlen(plain));
}

/* The value of a `- ` or `key:` that stands at `indent` and whose own line says no more. */
static Value *read_below(Reader *reader, size_t indent, bool of_key) {
  reader->at++;
  Line *line = peek(reader, indent);
  bool same_list = line != NULL && of_key && line->indent == indent && *line->text == '-';
  if (line == NULL || (line->indent == indent && !same_list)) return new_value(NOTHING);
  return read_node(reader, line->indent);
}

static bool is_item(const Line *line) {
  return *line->text == '-' && (line->text[1] == ' ' || line->text[1] == 0);
}

static Value *read_list(Reader *reader, size_t indent) {
  Value *list = new_value(LIST);
  for (Line *line;
       (line = peek(reader, indent)) != NULL && line->indent == indent && is_item(line);) {
    size_t width = 1 + strspn(line->text + 1, " ");
    char *rest = line->text + width;
    bool nested = *rest == '-' && (rest[1] == ' ' || rest[1] == 0);
    if (plain_length(rest) == 0) {
      add_item(list, NULL, read_below(reader, indent, false));
    } else if (nested || key_length(rest) > 0) {
      line->text = rest;
      line->indent = indent + width;
      add_item(list, NULL, read_node(reader, line->indent));
    } else {
      add_item(list, NULL, read_inline(reader, rest, indent));
    }
  }
  return list;
}

static Value *read_map(Reader *reader, size_t indent) {
  Value *map = new_value(MAP);
  for (Line *line;
       (line = peek(reader, indent)) != NULL && line->indent == indent && !is_item(line);) {
    size_t length = key_length(line->text);
    if (length == 0) refuse(reader, "a line without a key here");
    bool quoted = *line->text == '"' || *line->text == '\'';
    char *key = quoted ? unquote(line->text, length) : copy_text(line->text, length);
    if (member(map, key) != NULL) refuse(reader, "a key twice");
    char *rest = line->text + length + 1;
    rest += strspn(rest, " ");
    Value *value = plain_length(rest) == 0 ? read_below(reader, indent, true)
                                           : read_inline(reader, rest, indent);
    add_item(map, key, value);
  }
  return map;
}

static Value *read_node(Reader *reader, size_t indent) {
  Line *line = peek(reader, indent);
  if (is_item(line)) return read_list(reader, indent);
  if (key_length(line->text) > 0) return read_map(reader, indent);
  return read_inline(reader, line->text, indent == 0 ? 0 : indent - 1);
}

const Value *parse_yaml(const char *text, const char *name) {
  Reader reader = {allocate((strlen(text) + 1) * sizeof(Line)), 0, 0, name};
  for (const char *at = text; *at != 0;) {
    size_t length = strcspn(at, "\n"), size = length;
    while (size > 0 && strchr(" \t\r", at[size - 1]) != NULL) size--;
    Line *line = &reader.lines[reader.count];
    line->number = ++reader.count;
    line->indent = size == 0 ? 0 : strspn(at, " ");
    line->text = copy_text(at + line->indent, size - line->indent);
    line->empty = *line->text == 0 || *line->text == '#' || strcmp(line->text, "---") == 0;
    at += length + (at[length] == '\n');
  }
  Line *first = peek(&reader, 0);
  if (first == NULL) return new_value(NOTHING);
  Value *value = read_node(&reader, first->indent);
  if (peek(&reader, 0) != NULL) refuse(&reader, "this line here");
  return value;
}
