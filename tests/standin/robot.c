#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "standin.h"

typedef struct {
  const char *file, *root, *artifacts, *output; /* the last as it was written */
  const Value *document;
} Robot;

static Robot read_robot(const char *name) {
  char cwd[PATH_MAX];
  if (*name != '/') name = join_path(getcwd(cwd, sizeof cwd) == NULL ? "/" : cwd, name);
  Bytes file;
  if (!read_file(name, &file)) die(EXIT_USAGE, "no robot file \"%s\"", name);
  const Value *document = parse_yaml((const char *)file.data, name);
  const char *artifacts = text_member(document, "artifactsDir"), *root = parent_of(name);
  if (artifacts == NULL || *artifacts == 0) die(EXIT_USAGE, "%s: no artifactsDir", name);
  return (Robot){name, root, join_path(root, artifacts), artifacts, document};
}

static bool same_name(const char *left, const char *right) {
  left += strspn(left, " "), right += strspn(right, " ");
  size_t a = strlen(left), b = strlen(right);
  while (a > 0 && left[a - 1] == ' ') a--;
  while (b > 0 && right[b - 1] == ' ') b--;
  return a == b && strncasecmp(left, right, a) == 0;
}

/* The task that is named, or the only one. */
static const Value *choose_task(const Robot *robot, const char *name) {
  const Value *tasks = member(robot->document, "tasks");
  if (tasks == NULL || tasks->kind != MAP || tasks->count == 0)
    die(EXIT_USAGE, "%s: no tasks", robot->file);
  if (name == NULL && tasks->count == 1) return tasks->items[0];
  for (size_t i = 0; name != NULL && i < tasks->count; i++) {
    if (same_name(tasks->keys[i], name)) return tasks->items[i];
  }
  die(EXIT_TASK, "%s: %zu tasks, none of them is \"%s\"", robot->file, tasks->count,
      name == NULL ? "" : name);
}

/* Whether the first of the words that stands in the text is `wanted`, or none does. */
static bool first_is(const char *text, const char *wanted, const char **words) {
  const char *first = NULL, *found = wanted;
  for (; *words != NULL; words++) {
    const char *at = strstr(text, *words);
    if (at != NULL && (first == NULL || at < first)) first = at, found = *words;
  }
  return strcmp(found, wanted) == 0;
}

static bool names_no_other_platform(const char *name) {
  static const char *SYSTEMS[] = {"windows", "darwin", "linux", NULL},
                    *MACHINES[] = {"amd64", "arm64", NULL};
  return first_is(name, "linux", SYSTEMS) && first_is(name, "amd64", MACHINES);
}

static bool fits_platform(const char *name) {
  size_t underscores = 0;
  for (const char *at = name; *at != 0; at++) underscores += *at == '_';
  bool exact = underscores > 2 || strstr(name, "freeze") != NULL;
  if (exact && strstr(name, "linux_amd64") == NULL) return false;
  return names_no_other_platform(name);
}

/* The robot's conda file, NULL for a shell robot. */
static const char *conda_file(const Robot *robot) {
  const Value *configs = member(robot->document, "environmentConfigs");
  for (size_t i = 0; configs != NULL && configs->kind == LIST && i < configs->count; i++) {
    const char *path = join_path(robot->root, configs->items[i]->text);
    if (fits_platform(name_of(path)) && exists(path)) return path;
  }
  const char *name = text_member(robot->document, "condaConfigFile");
  return name == NULL || *name == 0 ? NULL : join_path(robot->root, name);
}

/* The conda file of a robot.yaml, NULL for a shell robot. */
char *conda_of(const char *robot) {
  Robot read = read_robot(robot);
  const char *path = conda_file(&read);
  return path == NULL ? NULL : copy_text(path, strlen(path));
}

/* The library beside the robot, NULL when there is none. */
static const Zip *zip_of(const Robot *robot) {
  const char *path = join_path(robot->root, "hololib.zip");
  if (!exists(path)) return NULL;
  Zip *zip = allocate(sizeof *zip);
  if (!open_zip(path, zip)) die(EXIT_ENVIRONMENT, "%s: no zip archive", path);
  note("the library is %s", path);
  return zip;
}

/* The environment's folder, checked as rcc would; when sealed it is taken as it is. */
static char *open_environment(const Home *home, const RunOptions *options, const char *conda) {
  if (options->sealed) {
    char *path = join_path(home->holotree, space_name(options->controller, options->space));
    if (!exists(path)) die(EXIT_ENVIRONMENT, "no environment %s", path);
    note("warranty voided: %s is taken as it is", path);
    return path;
  }
  Catalog catalog = open_catalog(home, blueprint_hash(conda));
  check_blobs(&catalog);
  if (!may_restore()) end_at_faults(EXIT_ENVIRONMENT);
  setenv("RCC_ENVIRONMENT_HASH", catalog.hash, 1);
  return open_space(&catalog, options->controller, options->space);
}

/* An absolute folder is one where it is there, and is joined like any other where not. */
static const char *search_folder(const Robot *robot, const char *entry) {
  struct stat facts;
  if (*entry == '/' && stat(entry, &facts) == 0 && S_ISDIR(facts.st_mode)) return entry;
  return join_path(robot->root, entry);
}

static void set_path(const char *variable, const Robot *robot, const char *rest) {
  const Value *folders = member(robot->document, variable);
  char *text = copy_text("", 0);
  for (size_t i = 0; folders != NULL && folders->kind == LIST && i < folders->count; i++) {
    text = format_text("%s%s%s", text, *text == 0 ? "" : ":",
                       search_folder(robot, folders->items[i]->text));
  }
  if (rest != NULL) text = format_text("%s%s%s", text, *text == 0 ? "" : ":", rest);
  if (*text != 0) setenv(variable, text, 1);
}

/* The variables that the environment's packages set when it was built. */
static void set_activation(const char *space) {
  const char *path = join_path(space, "rcc_activate.json");
  Bytes file;
  if (!read_file(path, &file)) return;
  const Value *variables = parse_json((const char *)file.data, path);
  for (size_t i = 0; variables->kind == MAP && i < variables->count; i++) {
    const char *name = variables->keys[i];
    if (strcmp(name, "PATH") == 0 || strcmp(name, "SHLVL") == 0) continue;
    if (variables->items[i]->kind == TEXT) setenv(name, variables->items[i]->text, 1);
  }
}

static void set_environment(const char *space) {
  set_activation(space);
  setenv("CONDA_DEFAULT_ENV", "rcc", 1);
  setenv("CONDA_PREFIX", space, 1);
  setenv("CONDA_PROMPT_MODIFIER", "(rcc)", 1);
  setenv("CONDA_SHLVL", "1", 1);
  setenv("PYTHONHOME", "", 1);
  setenv("PYTHONSTARTUP", "", 1);
  setenv("PYTHONEXECUTABLE", "", 1);
  setenv("PYTHONNOUSERSITE", "1", 1);
  setenv("RCC_HOLOTREE_SPACE_ROOT", space, 1);
  const char *python = join_path(space, "bin/python3");
  if (exists(python)) setenv("PYTHON_EXE", python, 1);
}

/* The variables of the file of --environment, which must be texts. */
static void set_setup(const char *path) {
  Bytes file;
  if (!read_file(path, &file)) die(EXIT_SETUP, "cannot read \"%s\"", path);
  const char *text = (const char *)file.data;
  const Value *variables = *text == '{' ? parse_json(text, path) : parse_yaml(text, path);
  for (size_t i = 0; variables->kind == MAP && i < variables->count; i++) {
    if (variables->items[i]->kind != TEXT) die(EXIT_SETUP, "\"%s\" has more than texts", path);
    setenv(variables->keys[i], variables->items[i]->text, 1);
  }
}

static void set_temporary(const Home *home) {
  if (is_set("RCC_NO_TEMP_MANAGEMENT")) return;
  const char *path = format_text("%s/temp/%016x", home->folder, (unsigned)getpid());
  if (!make_folders(path, 0750)) die(EXIT_ENVIRONMENT, "cannot make the folder %s", path);
  setenv("TEMP", path, 1);
  setenv("TMP", path, 1);
  if (!is_set("RCC_NO_PYC_MANAGEMENT")) {
    setenv("PYTHONDONTWRITEBYTECODE", "x", 1);
    setenv("PYTHONPYCACHEPREFIX", path, 1);
  }
}

static void set_variables(const Home *home, const Robot *robot, const char *space) {
  char self[PATH_MAX] = {0};
  const char *path = is_set("PATH") ? getenv("PATH") : "";
  set_temporary(home);
  if (space != NULL) set_environment(space);
  if (readlink("/proc/self/exe", self, sizeof self - 1) > 0) setenv("RCC_EXE", self, 1);
  setenv("RCC_VERSION", STANDIN_VERSION, 1);
  setenv("RCC_TRACKING_ALLOWED", "false", 1);
  setenv("ROBOCORP_HOME", home->folder, 1);
  setenv("ROBOT_ROOT", robot->root, 1);
  setenv("ROBOT_ARTIFACTS", robot->artifacts, 1);
  set_path("PATH", robot, space == NULL ? path : format_text("%s/bin:%s", space, path));
  set_path("PYTHONPATH", robot, NULL);
}

static void prepare_artifacts(const Robot *robot, bool sealed) {
  if (!sealed && !make_folders(robot->artifacts, 0750)) {
    die(EXIT_ENVIRONMENT, "cannot make the artifacts folder %s", robot->artifacts);
  }
  if (access(robot->artifacts, W_OK | X_OK) != 0) {
    die(EXIT_ENVIRONMENT, "the artifacts folder %s is missing or not writable", robot->artifacts);
  }
}

static char **words_of(const Value *list) {
  char **words = allocate((list->count + 1) * sizeof *words);
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i]->kind != TEXT) die(EXIT_USAGE, "a command's parts must be texts");
    words[i] = list->items[i]->text;
  }
  return words;
}

/* A task is one of a Robot Framework task's name, a line that is split into words, and a list. */
static char **command_of(const Robot *robot, const Value *task) {
  const char *name = text_member(task, "robotTaskName"), *shell = text_member(task, "shell");
  const Value *command = member(task, "command");
  bool has_command = command != NULL && command->kind == LIST && command->count > 0;
  if ((name != NULL) + (shell != NULL) + has_command != 1) {
    die(EXIT_USAGE, "%s: a task needs exactly one of robotTaskName, shell and command",
        robot->file);
  }
  if (has_command) return words_of(command);
  if (shell != NULL) return split_words(shell);
  const char *words[] = {
      "python",     "-m",       "robot",  "--report", "NONE", "--outputdir", robot->output,
      "--logtitle", "Task log", "--task", name,       ".",    NULL};
  char **copy = allocate(sizeof words);
  memcpy(copy, words, sizeof words);
  return copy;
}

static char **with_extra(char **words, char **extra) {
  size_t count = 0, more = 0;
  while (words[count] != NULL) count++;
  while (extra[more] != NULL) more++;
  char **all = allocate((count + more + 1) * sizeof *all);
  memcpy(all, words, count * sizeof *all);
  memcpy(all + count, extra, more * sizeof *all);
  return all;
}

/* rcc takes any file of that name in the folders of PATH, and starts what links lead to. */
static char *find_program(const char *name) {
  struct stat facts;
  char *rest = copy_text(getenv("PATH"), strlen(getenv("PATH")));
  if (*name == '/' && stat(name, &facts) == 0 && !S_ISDIR(facts.st_mode)) {
    return realpath(name, NULL);
  }
  for (char *folder; (folder = strsep(&rest, ":")) != NULL;) {
    const char *path = join_path(folder, name);
    if (*folder != 0 && stat(path, &facts) == 0 && !S_ISDIR(facts.st_mode)) {
      return realpath(path, NULL);
    }
  }
  die(EXIT_COMMAND, "cannot find command: %s", name);
}

/* The exit code of a program that is run in the robot's folder. */
static int run_words(const Robot *robot, char **words) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    if (chdir(robot->root) == 0) execv(words[0], words);
    note("cannot run \"%s\": %s", words[0], strerror(errno));
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void run_scripts(const Robot *robot) {
  const Value *scripts = member(robot->document, "preRunScripts");
  for (size_t i = 0; scripts != NULL && scripts->kind == LIST && i < scripts->count; i++) {
    if (!names_no_other_platform(scripts->items[i]->text)) continue;
    char **words = split_words(scripts->items[i]->text);
    if (words == NULL || words[0] == NULL)
      die(EXIT_PRERUN, "%s: an empty pre-run script", robot->file);
    words[0] = find_program(words[0]);
    int code = run_words(robot, words);
    if (code != 0)
      die(EXIT_PRERUN, "the pre-run script \"%s\" ended with %d", scripts->items[i]->text, code);
  }
}

int run_robot(const RunOptions *options) {
  Home home = open_home();
  Robot robot = read_robot(options->robot);
  const Value *task = options->script ? NULL : choose_task(&robot, options->task);
  home.zip = zip_of(&robot);
  check_seeds(&home, options->bundled, options->sealed);
  if (!is_set("RCC_NO_BUILD")) note("warning: RCC_NO_BUILD is not set, rcc may try to build");
  if (!options->sealed) write_journal(&home);
  const char *conda = conda_file(&robot);
  const char *space = conda == NULL ? NULL : open_environment(&home, options, conda);
  end_at_faults(EXIT_ENVIRONMENT);
  if (space != NULL && options->setup != NULL) set_setup(options->setup);
  set_variables(&home, &robot, space);
  prepare_artifacts(&robot, options->sealed);
  char **words = options->script ? options->extra : command_of(&robot, task);
  if (words == NULL || words[0] == NULL) die(EXIT_USAGE, "%s: an empty task", robot.file);
  words[0] = find_program(words[0]);
  run_scripts(&robot);
  int code = run_words(&robot, options->script ? words : with_extra(words, options->extra));
  if (code != 0) die(EXIT_ROBOT, "the robot ended with %d", code);
  note("OK.");
  return 0;
}
