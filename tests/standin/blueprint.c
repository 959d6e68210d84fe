/*
 * The blueprint of a conda file: its text as rcc writes it again, and the hash of that. Plain forms
 * only: a file that names a dependency or a channel twice is not normalised here, so that its hash
 * differs from rcc's and no catalog is found.
 */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

static char *trimmed(const char *text) {
  text += strspn(text, " \t\r\n");
  size_t length = strlen(text);
  while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) length--;
  return copy_text(text, length);
}

/* A text as Go's yaml.v2 writes it: quoted where it would be read as something else. */
static char *scalar(const char *text) {
  static const char *WORDS[] = {"yes", "no", "on", "off", "true", "false", "y", "n", "null", "~"};
  char *end;
  bool other = *text == 0;
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
    other |= strcasecmp(text, WORDS[i]) == 0;
  strtod(text, &end);
  other |= end != text && *end == 0;
  if (other) return format_text("\"%s\"", text);
  bool item = *text == '-' && (text[1] == ' ' || text[1] == 0);
  bool sign = strchr("!&*[]{}|>%@`\"'#,?:", *text) != NULL;
  if (!item && !sign && strstr(text, ": ") == NULL && strstr(text, " #") == NULL) {
    return copy_text(text, strlen(text));
  }
  char *quoted = copy_text("'", 1);
  for (; *text != 0; text++)
    quoted = format_text("%s%s%c", quoted, *text == '\'' ? "'" : "", *text);
  return format_text("%s'", quoted);
}

static char *write_list(const char *head, const Value *list, const char *indent) {
  char *text = copy_text("", 0);
  for (size_t i = 0; list != NULL && list->kind == LIST && i < list->count; i++) {
    if (list->items[i]->kind != TEXT) continue;
    text = format_text("%s%s- %s\n", text, indent, scalar(trimmed(list->items[i]->text)));
  }
  return *text == 0 ? text : format_text("%s%s", head, text);
}

/* The texts first, then one `pip:` with the texts of all. */
static char *write_dependencies(const Value *dependencies) {
  char *conda = write_list("", dependencies, "");
  Value *pip = new_value(LIST);
  size_t count = dependencies == NULL ? 0 : dependencies->count;
  for (size_t i = 0; i < count; i++) {
    const Value *list = member(dependencies->items[i], "pip");
    for (size_t j = 0; list != NULL && list->kind == LIST && j < list->count; j++) {
      add_item(pip, NULL, list->items[j]);
    }
  }
  char *lines = format_text("%s%s", conda, write_list("- pip:\n", pip, "  "));
  return *lines == 0 ? lines : format_text("dependencies:\n%s", lines);
}

static char *write_field(const Value *conda, const char *key) {
  const char *text = text_member(conda, key);
  return text == NULL || *text == 0 ? copy_text("", 0) : format_text("%s: %s\n", key, scalar(text));
}

char *blueprint_hash(const char *conda_path) {
  Bytes file;
  if (!read_file(conda_path, &file)) die(EXIT_ENVIRONMENT, "no conda file \"%s\"", conda_path);
  const Value *conda = parse_yaml((const char *)file.data, conda_path);
  char *channels = write_list("channels:\n", member(conda, "channels"), "");
  char *dependencies = write_dependencies(member(conda, "dependencies"));
  char *post = write_list("rccPostInstall:\n", member(conda, "rccPostInstall"), "");
  char *text = format_text("%s%s%s%s%s", write_field(conda, "name"), channels, dependencies,
                           write_field(conda, "prefix"), post);
  return sipit(trimmed(text));
}
