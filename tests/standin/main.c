#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "standin.h"

/* As Go's runtime does where the kernel keeps a signal from process 1. */
static void leave(int signal) {
  (void)signal;
  _exit(EXIT_CRASH);
}

/* The value behind `--name value` or `--name=value`, NULL when this argument is another. */
static const char *value_of(const char *name, const char *letter, int count, char **args, int *at) {
  size_t length = strlen(name);
  const char *arg = args[*at];
  if (strncmp(arg, name, length) == 0 && arg[length] == '=') return arg + length + 1;
  if (strcmp(arg, name) != 0 && (letter == NULL || strcmp(arg, letter) != 0)) return NULL;
  if (*at + 1 == count) die(EXIT_USAGE, "flag needs an argument: %s", name);
  return args[++*at];
}

static bool is_ignored(const char *flag) {
  static const char *FLAGS[] = {"--silent",     "--json",      "--debug",       "--trace",
                                "--no-outputs", "--interactive", "--timeline"};
  for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
    if (strcmp(flag, FLAGS[i]) == 0) return true;
  }
  return false;
}

static RunOptions read_options(int count, char **args) {
  RunOptions options = {.robot = "robot.yaml", .controller = "user", .space = "user"};
  options.extra = allocate(((size_t)count + 1) * sizeof *options.extra);
  size_t extra = 0;
  bool flags = true;
  for (int i = 0; i < count; i++) {
    const char *value;
    if (!flags || *args[i] != '-') options.extra[extra++] = args[i];
    else if (strcmp(args[i], "--") == 0) flags = false;
    else if ((value = value_of("--robot", "-r", count, args, &i)) != NULL) options.robot = value;
    else if ((value = value_of("--task", "-t", count, args, &i)) != NULL) options.task = value;
    else if ((value = value_of("--environment", "-e", count, args, &i)) != NULL)
      options.setup = value;
    else if ((value = value_of("--space", "-s", count, args, &i)) != NULL) options.space = value;
    else if ((value = value_of("--controller", NULL, count, args, &i)) != NULL)
      options.controller = value;
    else if (strcmp(args[i], "--warranty-voided") == 0) options.sealed = true;
    else if (strcmp(args[i], "--bundled") == 0) options.bundled = true;
    else if (!is_ignored(args[i])) die(EXIT_USAGE, "unknown flag: %s", args[i]);
  }
  return options;
}

static int holotree_command(int count, char **args) {
  const char *command = count > 0 ? args[0] : "";
  if (strcmp(command, "import") == 0 && count == 2) return import_library(args[1]);
  if (strcmp(command, "variables") == 0) {
    RunOptions options = read_options(count - 1, args + 1);
    return print_variables(&options);
  }
  die(EXIT_USAGE, "`holotree import` and `holotree variables` are all it can do with it");
}

int main(int count, char **args) {
  if (getpid() == 1) signal(SIGTERM, leave);
  const char *command = count > 1 ? args[1] : "";
  if (strcmp(command, "run") == 0) {
    note(STANDIN_NAME);
    RunOptions options = read_options(count - 2, args + 2);
    return run_robot(&options);
  }
  if (strcmp(command, "task") == 0 && count > 2 && strcmp(args[2], "script") == 0) {
    note(STANDIN_NAME);
    RunOptions options = read_options(count - 3, args + 3);
    if (options.extra[0] == NULL) die(EXIT_USAGE, "requires at least 1 arg(s)");
    options.script = true;
    return run_robot(&options);
  }
  if (strcmp(command, "holotree") == 0) {
    note(STANDIN_NAME);
    return holotree_command(count - 2, args + 2);
  }
  if (strcmp(command, "version") == 0) {
    printf("%s\n%s\n", STANDIN_VERSION, STANDIN_NAME);
    return 0;
  }
  printf("%s: `rcc version`, `rcc run`, `rcc task script` and some of `rcc holotree` are all it can do\n", STANDIN_NAME);
  return *command == 0 ? 0 : EXIT_USAGE;
}
