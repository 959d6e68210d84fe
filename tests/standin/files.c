#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "standin.h"

/* The bytes end in a zero that does not count, so that a text may be read as one. */
bool read_file(const char *path, Bytes *bytes) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct stat facts;
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    close(file);
    return false;
  }
  bytes->size = (size_t)facts.st_size;
  bytes->data = allocate(bytes->size + 1);
  size_t done = 0;
  while (done < bytes->size) {
    ssize_t count = read(file, bytes->data + done, bytes->size - done);
    if (count <= 0) break;
    done += (size_t)count;
  }
  close(file);
  return done == bytes->size;
}

static bool write_all(int file, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    ssize_t count = write(file, at, size);
    if (count < 0) return false;
    at += count;
    size -= (size_t)count;
  }
  return true;
}

bool write_file(const char *path, Bytes bytes) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  bool written = write_all(file, bytes.data, bytes.size);
  return close(file) == 0 && written;
}

bool append_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return false;
  bool written = write_all(file, text, strlen(text));
  return close(file) == 0 && written;
}

bool make_folders(const char *path, mode_t mode) {
  if (mkdir(path, mode) == 0) return true;
  struct stat facts;
  if (errno == EEXIST) return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
  if (errno != ENOENT || strcmp(path, "/") == 0) return false;
  return make_folders(parent_of(path), mode) && mkdir(path, mode) == 0;
}

bool exists(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0;
}
