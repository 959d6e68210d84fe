#include <stdlib.h>
#include <string.h>

#include "standin.h"

Value *new_value(Kind kind) {
  Value *value = allocate(sizeof *value);
  value->kind = kind;
  return value;
}

Value *new_text(const char *text, size_t length) {
  Value *value = new_value(TEXT);
  value->text = copy_text(text, length);
  return value;
}

/* Adds to a LIST, or with a key to a MAP. */
void add_item(Value *value, const char *key, Value *item) {
  if (value->count == value->capacity) {
    value->capacity = value->capacity == 0 ? 8 : value->capacity * 2;
    value->items = realloc(value->items, value->capacity * sizeof *value->items);
    value->keys = realloc(value->keys, value->capacity * sizeof *value->keys);
    if (value->items == NULL || value->keys == NULL) die(EXIT_USAGE, "out of memory");
  }
  value->keys[value->count] = key == NULL ? NULL : copy_text(key, strlen(key));
  value->items[value->count++] = item;
}

/* NULL when the map, if it is one, has no such key. */
const Value *member(const Value *map, const char *key) {
  if (map == NULL || map->kind != MAP) return NULL;
  for (size_t i = 0; i < map->count; i++) {
    if (strcmp(map->keys[i], key) == 0) return map->items[i];
  }
  return NULL;
}

const char *text_member(const Value *map, const char *key) {
  const Value *value = member(map, key);
  return value != NULL && value->kind == TEXT ? value->text : NULL;
}

uint64_t number_member(const Value *map, const char *key) {
  const char *text = text_member(map, key);
  return text == NULL ? 0 : strtoull(text, NULL, 10);
}
