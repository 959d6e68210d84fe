#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "standin.h"

void die(int code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fflush(stdout);
  fputs("rcc stand-in: Error: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(code);
}

void note(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("rcc stand-in: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
}

void *allocate(size_t size) {
  void *memory = calloc(1, size == 0 ? 1 : size);
  if (memory == NULL) die(EXIT_USAGE, "out of memory");
  return memory;
}

char *format_text(const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  char *text = allocate((size_t)length + 1);
  vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  va_end(args);
  return text;
}

char *copy_text(const char *text, size_t length) {
  char *copy = allocate(length + 1);
  memcpy(copy, text, length);
  return copy;
}

/* As Go's filepath.Join does for the names that robots use: `.` and `./` add nothing. */
char *join_path(const char *folder, const char *name) {
  while (*name == '/' || strncmp(name, "./", 2) == 0) name += *name == '/' ? 1 : 2;
  if (strcmp(name, ".") == 0 || *name == 0) return copy_text(folder, strlen(folder));
  char *path = format_text("%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') path[--length] = 0;
  return path;
}

char *parent_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return copy_text(".", 1);
  return copy_text(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

bool is_set(const char *variable) {
  const char *value = getenv(variable);
  return value != NULL && *value != 0;
}

/*
 * Splits a command into words as rcc's shlex does: quotes, backslashes, and comments that begin a
 * word. There is no shell: variables, globs and `&&` are plain text. NULL when a quote is not
 * closed.
 */
char **split_words(const char *command) {
  char **words = allocate((strlen(command) + 2) * sizeof *words);
  size_t count = 0;
  const char *at = command;
  for (;;) {
    while (*at != 0 && strchr(" \t\r\n", *at) != NULL) at++;
    if (*at == '#') {
      while (*at != 0 && *at != '\n') at++;
      continue;
    }
    if (*at == 0) return words;
    char *word = allocate(strlen(at) + 1);
    size_t length = 0;
    char quote = 0;
    for (; *at != 0 && (quote != 0 || strchr(" \t\r\n", *at) == NULL); at++) {
      if (*at == quote) quote = 0;
      else if (quote == 0 && (*at == '"' || *at == '\'')) quote = *at;
      else if (*at == '\\' && quote != '\'' && at[1] != 0) word[length++] = *++at;
      else word[length++] = *at;
    }
    if (quote != 0) return NULL;
    words[count++] = word;
  }
}
