/* Zip archives, as far as rcc writes them: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

enum { END_SIZE = 22, ENTRY_SIZE = 46, LOCAL_SIZE = 30, STORED = 0, DEFLATED = 8 };

static uint32_t number(const unsigned char *at, int size) {
  uint32_t value = 0;
  while (size-- > 0) value = value << 8 | at[size];
  return value;
}

/* The record at the end; what follows it is a comment. */
static const unsigned char *find_end(Bytes file) {
  for (size_t size = END_SIZE; size <= file.size && size < END_SIZE + 65536; size++) {
    const unsigned char *at = file.data + file.size - size;
    if (memcmp(at, "PK\5\6", 4) == 0) return at;
  }
  return NULL;
}

/* False when there is no such file, or no archive in it. What stands before the archive is skipped. */
bool open_zip(const char *path, Zip *zip) {
  Bytes file;
  if (!read_file(path, &file)) return false;
  const unsigned char *end = find_end(file);
  if (end == NULL) return false;
  uint32_t size = number(end + 12, 4), offset = number(end + 16, 4);
  if ((size_t)size + offset > (size_t)(end - file.data)) return false;
  const unsigned char *at = end - size;
  zip->start = at - offset;
  zip->end = end;
  zip->count = number(end + 10, 2);
  zip->entries = allocate((zip->count + 1) * sizeof *zip->entries);
  for (size_t i = 0; i < zip->count; i++) {
    if (end - at < ENTRY_SIZE || memcmp(at, "PK\1\2", 4) != 0) return false;
    uint32_t name = number(at + 28, 2), extra = number(at + 30, 2), comment = number(at + 32, 2);
    if ((size_t)(end - at) < (size_t)ENTRY_SIZE + name + extra + comment) return false;
    zip->entries[i] = (ZipEntry){
        .name = copy_text((const char *)at + ENTRY_SIZE, name),
        .method = number(at + 10, 2),
        .packed = number(at + 20, 4),
        .size = number(at + 24, 4),
        .offset = number(at + 42, 4),
    };
    at += ENTRY_SIZE + name + extra + comment;
  }
  return true;
}

static const ZipEntry *find_entry(const Zip *zip, const char *name) {
  for (size_t i = 0; i < zip->count; i++) {
    if (strcmp(zip->entries[i].name, name) == 0) return &zip->entries[i];
  }
  return NULL;
}

/* An entry's content; false when there is none of the name, or it is damaged. */
bool read_zip(const Zip *zip, const char *name, Bytes *content) {
  const ZipEntry *entry = find_entry(zip, name);
  if (entry == NULL) return false;
  const unsigned char *at = zip->start + entry->offset;
  if (at + LOCAL_SIZE > zip->end || memcmp(at, "PK\3\4", 4) != 0) return false;
  at += LOCAL_SIZE + number(at + 26, 2) + number(at + 28, 2);
  if (at > zip->end || entry->packed > (size_t)(zip->end - at)) return false;
  Bytes packed = {(unsigned char *)at, entry->packed};
  if (entry->method == DEFLATED) return inflate_raw(packed, content) && content->size == entry->size;
  if (entry->method != STORED || entry->packed != entry->size) return false;
  content->data = (unsigned char *)copy_text((const char *)at, entry->size);
  content->size = entry->size;
  return true;
}

/* Writes the archive's files into a library. */
void import_zip(const Zip *zip, const char *library) {
  for (size_t i = 0; i < zip->count; i++) {
    const char *name = zip->entries[i].name;
    const char *path = join_path(library, name);
    Bytes content;
    bool known = strncmp(name, "library/", 8) == 0 || strncmp(name, "catalog/", 8) == 0;
    if (!known || strstr(name, "..") != NULL) die(EXIT_ENVIRONMENT, "%s: no file of a library", name);
    if (!read_zip(zip, name, &content)) die(EXIT_ENVIRONMENT, "%s: damaged", name);
    if (!make_folders(parent_of(path), 0777) || !write_file(path, content)) {
      die(EXIT_ENVIRONMENT, "cannot write %s", path);
    }
    free(content.data);
  }
}
