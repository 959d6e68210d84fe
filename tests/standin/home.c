#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "standin.h"

#define SHARED_HOLOTREE "/opt/robocorp/ht"

/* The name of the user's line in /etc/passwd, NULL when there is none. */
static const char *passwd_name(void) {
  Bytes file;
  if (!read_file("/etc/passwd", &file)) return NULL;
  char *at = (char *)file.data;
  for (char *line; (line = strsep(&at, "\n")) != NULL;) {
    char *name = strsep(&line, ":"), *password = strsep(&line, ":"), *uid = strsep(&line, ":");
    if (password != NULL && uid != NULL && (uid_t)strtoul(uid, NULL, 10) == getuid()) return name;
  }
  return NULL;
}

/* Go programs panic when a user has neither a name nor a line. */
static const char *user_name(void) {
  const char *name = is_set("USER") ? getenv("USER") : passwd_name();
  if (name == NULL)
    die(EXIT_CRASH, "panic: user: unknown userid %d, and USER is not set", getuid());
  return name;
}

static void require_world_writable(const char *path) {
  struct stat facts;
  if (stat(path, &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    fault("%s: a shared holotree needs this folder", path);
  } else if ((facts.st_mode & 0777) != 0777) {
    fault("%s: expected mode 0777 in a shared holotree, found %04o", path, facts.st_mode & 07777);
  }
}

static void check_shared_folders(void) {
  static const char *FOLDERS[] = {"",          "/lib",     "/lib/catalog", "/lib/library",
                                  "/lib/used", "/lib/pids"};
  for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
    require_world_writable(format_text("%s%s", SHARED_HOLOTREE, FOLDERS[i]));
  }
  struct stat facts;
  if (stat(SHARED_HOLOTREE "/global.lck", &facts) == 0 && (facts.st_mode & 0777) != 0666) {
    fault("%s/global.lck: expected mode 0666", SHARED_HOLOTREE);
  }
}

Home open_home(void) {
  user_name();
  if (!is_set("ROBOCORP_HOME") && !is_set("HOME")) {
    die(EXIT_CRASH, "panic: neither ROBOCORP_HOME nor HOME is set");
  }
  const char *folder =
      is_set("ROBOCORP_HOME") ? getenv("ROBOCORP_HOME") : join_path(getenv("HOME"), ".robocorp");
  bool shared = exists(format_text("%s/lib/catalog/init/%s", SHARED_HOLOTREE, home_identity()));
  return (Home){
      .folder = folder,
      .holotree = shared ? SHARED_HOLOTREE : join_path(folder, "holotree"),
      .library = shared ? SHARED_HOLOTREE "/lib" : join_path(folder, "hololib"),
      .shared = shared,
  };
}

static const Value *read_seed(const Home *home, const char *name, bool sealed) {
  const char *path = join_path(home->folder, name);
  Bytes file;
  if (!exists(path)) {
    die(EXIT_UNREADY, "%s: missing, rcc would lose a second in a lock race", path);
  }
  if (!read_file(path, &file)) die(EXIT_ENVIRONMENT, "%s: not readable for the user", path);
  if (!sealed && access(path, W_OK) != 0)
    die(EXIT_ENVIRONMENT, "%s: not writable for the user", path);
  return parse_yaml((const char *)file.data, path);
}

static bool lists_user(const Value *users, const char *name) {
  char *lower = copy_text(name, strlen(name));
  for (char *letter = lower; *letter != 0; letter++)
    *letter = (char)tolower((unsigned char)*letter);
  for (size_t i = 0; users != NULL && users->kind == LIST && i < users->count; i++) {
    if (users->items[i]->kind == TEXT && strcmp(users->items[i]->text, lower) == 0) return true;
  }
  return false;
}

/* What keeps a start from waiting: for a lock, or for a version index from the network. */
void check_seeds(const Home *home, bool bundled, bool sealed) {
  enum { INDEX_AGE = 3 * 24 * 60 * 60 };
  const Value *settings = read_seed(home, "rcc.yaml", sealed);
  if (text_member(member(settings, "tracking"), "identity") == NULL) {
    die(EXIT_UNREADY, "%s/rcc.yaml: no tracking identity", home->folder);
  }
  const Value *cache = read_seed(home, "rcccache.yaml", sealed);
  if (!lists_user(member(cache, "users"), user_name())) {
    die(EXIT_UNREADY, "%s/rcccache.yaml: no user \"%s\"", home->folder, user_name());
  }
  struct stat index;
  bool fresh = stat(format_text("%s/templates/rcc.json", home->folder), &index) == 0 &&
               index.st_mtime > time(NULL) - INDEX_AGE;
  if (!fresh && !bundled && !is_set("RCC_AUTOUPDATES_RCC_INDEX")) {
    die(EXIT_UNREADY, "rcc would fetch its version index, ten seconds without a network");
  }
}

/* What every start leaves behind; only a sealed image does without. */
void write_journal(const Home *home) {
  static const char *FOLDERS[] = {"journals", "pipcache", "robots", "temp", "templates", "wheels"};
  for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
    const char *path = join_path(home->folder, FOLDERS[i]);
    if (!make_folders(path, 0750)) die(EXIT_ENVIRONMENT, "cannot make the folder %s", path);
  }
  const char *journal = join_path(home->folder, "journals/event.log");
  if (!append_text(journal, STANDIN_NAME "\n")) die(EXIT_ENVIRONMENT, "cannot write %s", journal);
  if (home->shared) check_shared_folders();
}
