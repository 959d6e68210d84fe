#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "standin.h"

typedef struct {
  const Catalog *catalog;
  const char *name;
  bool has_meta;
} Space;

/* Says what is not as the catalog says, and whether it is to be mended. */
static bool differs(const char *path, const char *what) {
  if (may_restore()) {
    note("restoring %s: %s", path, what);
    return true;
  }
  fault("%s: %s", path, what);
  return false;
}

static void check_link(const char *target, const char *path) {
  char found[4096];
  ssize_t length = readlink(path, found, sizeof found - 1);
  found[length < 0 ? 0 : length] = 0;
  if (length >= 0 && strcmp(found, target) == 0) return;
  const char *what = length < 0 ? "no symlink" : format_text("a symlink to \"%s\"", found);
  if (differs(path, format_text("%s, expected one to \"%s\"", what, target)))
    restore_link(target, path);
}

/* NULL, or why rcc would write the file again. */
static const char *file_difference(const Space *space, const Value *file, const Value *meta,
                                   const char *path) {
  struct stat facts;
  if (lstat(path, &facts) != 0) return "missing";
  if (!S_ISREG(facts.st_mode)) return "no regular file";
  uint64_t size = number_member(file, "size");
  if ((uint64_t)facts.st_size != size) {
    return format_text("%lld bytes, expected %llu", (long long)facts.st_size,
                       (unsigned long long)size);
  }
  if ((facts.st_mode & 07777) != mode_of(file)) {
    return format_text("mode %04o, expected %04o", facts.st_mode & 07777, mode_of(file));
  }
  if (!space->has_meta) return NULL;
  const char *digest = text_member(meta, "digest");
  if (digest == NULL) return "not in the space's .meta";
  if (strcmp(digest, text_member(file, "digest")) != 0)
    return "another digest in the space's .meta";
  return NULL;
}

/* What rcc does not look at: the space's name at every offset, and when deep the whole content. */
static void check_content(const Space *space, const Value *file, const char *path) {
  const Value *offsets = member(file, "rewrite");
  size_t count = offsets == NULL ? 0 : offsets->count;
  if (count == 0 && !is_deep()) return;
  Bytes found, expected;
  /* What its owner may not read is not looked into, but its blob has to be there to mend it. */
  if ((mode_of(file) & 0400) == 0) {
    if (relocated_content(space->catalog, file, space->name, &expected)) free(expected.data);
    return;
  }
  if (!read_file(path, &found)) {
    fault("%s: not readable", path);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    size_t offset = strtoull(offsets->items[i]->text, NULL, 10), length = strlen(space->name);
    if (offset + length > found.size || memcmp(found.data + offset, space->name, length) != 0) {
      fault("%s: the space's name does not stand at %zu", path, offset);
    }
  }
  if (is_deep() && relocated_content(space->catalog, file, space->name, &expected)) {
    if (found.size != expected.size || memcmp(found.data, expected.data, found.size) != 0) {
      fault("%s: its content is not what the library gives", path);
    }
    free(expected.data);
  }
  free(found.data);
}

static void check_file(const Space *space, const Value *file, const Value *meta, const char *path) {
  const char *target = text_member(file, "symlink");
  if (target != NULL) {
    check_link(target, path);
    return;
  }
  const char *difference = file_difference(space, file, meta, path);
  if (difference == NULL) check_content(space, file, path);
  else if (differs(path, difference)) restore_file(space->catalog, file, space->name, path);
}

static void check_extra(const Value *folder, const char *path) {
  DIR *stream = opendir(path);
  if (stream == NULL) {
    fault("%s: not readable", path);
    return;
  }
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (member(member(folder, "files"), name) || member(member(folder, "subdirs"), name)) continue;
    char *extra = join_path(path, name);
    if (differs(extra, "not in the catalog")) remove_tree(extra);
  }
  closedir(stream);
}

/* rcc does so at every run, which only a folder's owner and root may. */
static void set_times(const char *path) {
  struct timespec times[2] = {{.tv_sec = 1610000000}, {.tv_sec = 1610000000}};
  if (utimensat(AT_FDCWD, path, times, 0) != 0)
    fault("%s: its times cannot be set by uid %d", path, getuid());
}

static void check_folder(const Space *space, const Value *folder, const Value *meta,
                         const char *path) {
  const Value *files = member(folder, "files"), *folders = member(folder, "subdirs");
  struct stat facts;
  bool missing = lstat(path, &facts) != 0;
  if (missing || !S_ISDIR(facts.st_mode)) {
    if (!differs(path, missing ? "missing" : "no folder")) return;
    remove_tree(path);
    if (!make_folders(path, 0750)) die(EXIT_ENVIRONMENT, "cannot make %s", path);
  }
  check_extra(folder, path);
  for (size_t i = 0; folders != NULL && i < folders->count; i++) {
    const Value *child = folders->items[i];
    const char *name = folders->keys[i], *target = text_member(child, "symlink");
    if (target != NULL) check_link(target, join_path(path, name));
    else check_folder(space, child, member(member(meta, "subdirs"), name), join_path(path, name));
  }
  for (size_t i = 0; files != NULL && i < files->count; i++) {
    const char *name = files->keys[i];
    check_file(space, files->items[i], member(member(meta, "files"), name), join_path(path, name));
  }
  set_times(path);
}

static void expect_meta(const Value *meta, const char *key, const char *expected,
                        const char *path) {
  const char *found = text_member(meta, key);
  if (found == NULL || strcmp(found, expected) != 0) {
    fault("%s: expected %s \"%s\", found \"%s\"", path, key, expected, found == NULL ? "" : found);
  }
}

/* The tree that the space's .meta says it has, NULL when there is no such file. */
static const Value *read_meta(const Catalog *catalog, const char *path, const char *controller,
                              const char *space) {
  const char *meta_path = format_text("%s.meta", path);
  Bytes packed, file;
  if (!exists(meta_path)) return NULL;
  if (!read_file(meta_path, &packed) || !gunzip(packed, &file)) {
    fault("%s: not a readable, whole gzip file", meta_path);
    return NULL;
  }
  const Value *meta = parse_json((const char *)file.data, meta_path);
  expect_meta(meta, "identity", name_of(path), meta_path);
  expect_meta(meta, "path", path, meta_path);
  expect_meta(meta, "controller", format_text("rcc.%s", controller), meta_path);
  expect_meta(meta, "space", space, meta_path);
  expect_meta(meta, "platform", "linux_amd64", meta_path);
  expect_meta(meta, "blueprint", catalog->hash, meta_path);
  return member(meta, "tree");
}

static void require_writable(const char *path, const char *text) {
  if (!append_text(path, text)) die(EXIT_ENVIRONMENT, "cannot write %s as uid %d", path, getuid());
}

/* The environment's folder, once it is as the catalog says. */
char *open_space(const Catalog *catalog, const char *controller, const char *space) {
  char *name = space_name(controller, space);
  char *holotree = parent_of(catalog->path), *path = join_path(holotree, name);
  if (strlen(name) != strlen(name_of(catalog->path))) die(EXIT_ENVIRONMENT, "Path length mismatch");
  make_folders(holotree, 0750);
  char *lock = join_path(holotree, "global.lck");
  bool shared = strcmp(holotree, parent_of(catalog->library)) == 0;
  if (!exists(lock)) {
    require_writable(lock, "");
    if (shared) chmod(lock, 0666);
  }
  require_writable(lock, "");
  require_writable(format_text("%s.lck", path), "");
  const Value *meta = read_meta(catalog, path, controller, space);
  check_folder(&(Space){catalog, name, meta != NULL}, catalog->tree, meta, path);
  end_at_faults(EXIT_ENVIRONMENT);
  require_writable(format_text("%s.use", path), ".");
  if (catalog->zip != NULL) return path;
  require_writable(format_text("%s/used/%s.%s", catalog->library, catalog->hash, home_identity()),
                   "");
  return path;
}
