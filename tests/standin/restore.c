#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "standin.h"

/* With RCC_STANDIN_RESTORE=1 a space is mended as rcc does; otherwise that is a fault. */
bool may_restore(void) {
  return is_set("RCC_STANDIN_RESTORE");
}

/* Catalogs hold Go's fs.FileMode, whose setuid, setgid and sticky bits lie elsewhere. */
mode_t mode_of(const Value *file) {
  uint64_t mode = number_member(file, "mode");
  return (mode_t)((mode & 0777) | (mode >> 23 & 1) << 11 | (mode >> 22 & 1) << 10 |
                  (mode >> 20 & 1) << 9);
}

/* A file's content as it stands in a space: the space's name instead of the stage's. */
bool relocated_content(const Catalog *catalog, const Value *file, const char *space,
                       Bytes *content) {
  if (!read_blob(catalog, text_member(file, "digest"), content)) return false;
  const char *stage = name_of(catalog->path);
  const Value *offsets = member(file, "rewrite");
  for (size_t i = 0; offsets != NULL && i < offsets->count; i++) {
    size_t offset = strtoull(offsets->items[i]->text, NULL, 10), length = strlen(stage);
    /* rcc writes the name once more where its search has found it twice. */
    if (i > 0 && strcmp(offsets->items[i]->text, offsets->items[i - 1]->text) == 0) continue;
    if (offset + length > content->size || memcmp(content->data + offset, stage, length) != 0) {
      fault("%s: the stage's name does not stand at %zu", text_member(file, "name"), offset);
      return false;
    }
    memcpy(content->data + offset, space, length);
  }
  return true;
}

void restore_link(const char *target, const char *path) {
  remove_tree(path);
  if (symlink(target, path) != 0) die(EXIT_ENVIRONMENT, "cannot link %s", path);
}

void restore_file(const Catalog *catalog, const Value *file, const char *space, const char *path) {
  Bytes content;
  if (!relocated_content(catalog, file, space, &content)) return;
  char *part = format_text("%s.part", path);
  struct timespec times[2] = {{.tv_sec = 1610000000}, {.tv_sec = 1610000000}};
  remove_tree(path);
  if (!write_file(part, content) || chmod(part, mode_of(file)) != 0 ||
      utimensat(AT_FDCWD, part, times, 0) != 0 || rename(part, path) != 0) {
    die(EXIT_ENVIRONMENT, "cannot restore %s", path);
  }
  free(content.data);
}

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *place) {
  (void)facts, (void)kind, (void)place;
  return remove(path);
}

/* Nothing there is fine. */
void remove_tree(const char *path) {
  struct stat facts;
  if (lstat(path, &facts) == 0 && nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0) {
    die(EXIT_ENVIRONMENT, "cannot remove %s", path);
  }
}
