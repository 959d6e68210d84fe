#include <stdlib.h>
#include <string.h>

#include "standin.h"

/* With RCC_STANDIN_DEEP=1 contents are compared too, which rcc does only for what it writes. */
bool is_deep(void) {
  return is_set("RCC_STANDIN_DEEP");
}

static const char *blob_path(const Catalog *catalog, const char *digest) {
  return format_text("%s/library/%.2s/%.2s/%.2s/%s", catalog->library, digest, digest + 2,
                     digest + 4, digest);
}

/* The environment was built from its identity.yaml, so that must be what the hash stands for. */
static void check_identity(const Catalog *catalog) {
  const char *digest =
      text_member(member(member(catalog->tree, "files"), "identity.yaml"), "digest");
  Bytes blob;
  if (digest == NULL || !read_blob(catalog, digest, &blob)) return;
  char *text = (char *)blob.data;
  while (blob.size > 0 && strchr(" \t\r\n", text[blob.size - 1]) != NULL) text[--blob.size] = 0;
  char *hash = sipit(text);
  if (strcmp(hash, catalog->hash) != 0)
    fault("identity.yaml has the hash %s, not %s", hash, catalog->hash);
}

static void expect_text(const Value *document, const char *key, const char *expected,
                        const char *name) {
  const char *found = text_member(document, key);
  if (found == NULL || strcmp(found, expected) != 0) {
    die(EXIT_ENVIRONMENT, "%s: expected %s \"%s\", found \"%s\"", name, key, expected,
        found == NULL ? "" : found);
  }
}

static void check_info(const Catalog *catalog, const char *catalog_path) {
  const char *path = format_text("%s.info", catalog_path);
  Bytes file;
  if (!read_file(path, &file)) return;
  const Value *info = parse_json((const char *)file.data, path);
  expect_text(info, "blueprint", catalog->hash, path);
  expect_text(info, "path", catalog->path, path);
}

Catalog open_catalog(const Home *home, const char *hash) {
  const char *path = format_text("%s/catalog/%sv12.linux_amd64", home->library, hash);
  Bytes packed, file;
  if (home->zip != NULL) path = format_text("catalog/%sv12.linux_amd64", hash);
  if (!(home->zip == NULL ? read_file(path, &packed) : read_zip(home->zip, path, &packed))) {
    die(EXIT_ENVIRONMENT, "no catalog %s: %s", path,
        is_set("RCC_NO_BUILD") ? "RCC_NO_BUILD forbids to build it" : "rcc would try to build it");
  }
  if (!gunzip(packed, &file)) die(EXIT_ENVIRONMENT, "%s: not a whole gzip file", path);
  const Value *document = parse_json((const char *)file.data, path);
  expect_text(document, "platform", "linux_amd64", path);
  expect_text(document, "blueprint", hash, path);
  Catalog catalog = {
      .hash = hash,
      .path = text_member(document, "path"),
      .tree = member(document, "tree"),
      .library = home->library,
      .zip = home->zip,
      .raw_blobs = exists(join_path(home->library, "catalog/compress.no")),
  };
  if (catalog.path == NULL || catalog.tree == NULL)
    die(EXIT_ENVIRONMENT, "%s: no path or tree", path);
  expect_text(document, "identity", name_of(catalog.path), path);
  if ((strcmp(parent_of(catalog.path), "/opt/robocorp/ht") == 0) != home->shared) {
    die(EXIT_ENVIRONMENT, "%s: its path %s does not fit a %s holotree", path, catalog.path,
        home->shared ? "shared" : "private");
  }
  check_info(&catalog, path);
  if (catalog.zip == NULL) check_identity(&catalog);
  return catalog;
}

/* A blob's content; false, and a fault, when it is missing or is not what its name says. */
bool read_blob(const Catalog *catalog, const char *digest, Bytes *content) {
  const char *path = blob_path(catalog, digest);
  Bytes stored;
  bool found_it = catalog->zip == NULL
                      ? read_file(path, &stored)
                      : read_zip(catalog->zip, path + strlen(catalog->library) + 1, &stored);
  if (!found_it) {
    fault("%s: missing or not readable", path);
    return false;
  }
  *content = stored;
  if (!catalog->raw_blobs && is_gzip(stored)) {
    bool whole = gunzip(stored, content);
    free(stored.data);
    if (!whole) {
      fault("%s: not a whole gzip file", path);
      return false;
    }
  }
  char *found = catalog->raw_blobs ? siphash128_hex(*content) : sha256_hex(*content);
  bool same = strcmp(found, digest) == 0;
  if (!same) fault("%s: its content has the digest %s", path, found);
  return same;
}

/* Digests seen so far, by their first digits. */
typedef struct {
  const char **slots;
  size_t count, capacity;
} Seen;

static bool add_seen(Seen *seen, const char *digest) {
  if (seen->count * 2 >= seen->capacity) {
    Seen larger = {allocate((seen->capacity * 2 + 64) * sizeof *seen->slots), 0,
                   seen->capacity * 2 + 64};
    for (size_t i = 0; i < seen->capacity; i++) {
      if (seen->slots[i] != NULL) add_seen(&larger, seen->slots[i]);
    }
    free(seen->slots);
    *seen = larger;
  }
  size_t at = strtoull(format_text("%.15s", digest), NULL, 16) % seen->capacity;
  while (seen->slots[at] != NULL && strcmp(seen->slots[at], digest) != 0)
    at = (at + 1) % seen->capacity;
  if (seen->slots[at] != NULL) return false;
  seen->slots[at] = digest;
  seen->count++;
  return true;
}

static void check_blob(const Catalog *catalog, const char *name, const char *digest) {
  size_t expected = catalog->raw_blobs ? 32 : 64;
  if (digest == NULL || strlen(digest) != expected) {
    fault("%s: expected a digest of %zu hex digits, found \"%s\"", name, expected,
          digest == NULL ? "" : digest);
  } else if (!exists(blob_path(catalog, digest))) {
    fault("%s: no blob %s", name, blob_path(catalog, digest));
  } else if (is_deep()) {
    Bytes content;
    if (read_blob(catalog, digest, &content)) free(content.data);
  }
}

static void check_folder(const Catalog *catalog, const Value *folder, Seen *seen) {
  const Value *files = member(folder, "files"), *folders = member(folder, "subdirs");
  for (size_t i = 0; files != NULL && i < files->count; i++) {
    const char *digest = text_member(files->items[i], "digest");
    if (digest == NULL || add_seen(seen, digest)) check_blob(catalog, files->keys[i], digest);
  }
  for (size_t i = 0; folders != NULL && i < folders->count; i++)
    check_folder(catalog, folders->items[i], seen);
}

/*
 * Every digest, of links and below linked folders too, must have its file; in a hololib.zip it is
 * looked for only when it is needed.
 */
void check_blobs(const Catalog *catalog) {
  if (catalog->zip != NULL) return;
  Seen seen = {0};
  check_folder(catalog, catalog->tree, &seen);
}
