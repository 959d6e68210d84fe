#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "standin.h"

static void make_library(const Home *home) {
  static const char *FOLDERS[] = {"catalog", "library", "used", "pids"};
  for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
    const char *path = join_path(home->library, FOLDERS[i]);
    if (!make_folders(path, 0777)) die(EXIT_ENVIRONMENT, "cannot make the folder %s", path);
  }
}

/* `rcc holotree import hololib.zip` */
int import_library(const char *path) {
  Home home = open_home();
  Zip zip;
  if (!open_zip(path, &zip)) die(EXIT_ENVIRONMENT, "%s: no zip archive", path);
  write_journal(&home);
  make_library(&home);
  import_zip(&zip, home.library);
  note("imported %zu files from %s", zip.count, path);
  return 0;
}

/* What rcc would take from the network is a library behind this program's own bytes. */
static void resolve(const Home *home, const char *hash) {
  Zip zip;
  if (exists(format_text("%s/catalog/%sv12.linux_amd64", home->library, hash))) return;
  if (is_set("RCC_NO_BUILD")) {
    die(EXIT_ENVIRONMENT, "no catalog %s: RCC_NO_BUILD forbids to build it", hash);
  }
  if (!open_zip("/proc/self/exe", &zip)) {
    die(EXIT_ENVIRONMENT, "no catalog %s, and no library behind the stand-in's own bytes", hash);
  }
  note("resolving %s", hash);
  import_zip(&zip, home->library);
}

static void print_variable(const char *key, const char *value, const char *end) {
  printf("  {\n    \"key\": \"%s\",\n    \"value\": \"%s\"\n  }%s\n", key, value, end);
}

/* `rcc holotree variables`: restores the environment and says where it is. */
int print_variables(const RunOptions *options) {
  Home home = open_home();
  const char *conda = conda_of(options->robot);
  if (conda == NULL) die(EXIT_USAGE, "%s: no environment", options->robot);
  write_journal(&home);
  make_library(&home);
  resolve(&home, blueprint_hash(conda));
  setenv("RCC_STANDIN_RESTORE", "1", 1);
  Catalog catalog = open_catalog(&home, blueprint_hash(conda));
  check_blobs(&catalog);
  end_at_faults(EXIT_ENVIRONMENT);
  const char *space = open_space(&catalog, options->controller, options->space);
  printf("[\n");
  print_variable("CONDA_PREFIX", space, ",");
  print_variable("RCC_ENVIRONMENT_HASH", catalog.hash, "");
  printf("]\n");
  return 0;
}
