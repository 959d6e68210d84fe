/*
 * A stand-in for rcc: a small static program that starts a robot in an image as `rcc run` does, and
 * refuses what rcc v18.18.1 would refuse, repair or wait for. It is not RCC, and says so wherever
 * it prints. Memory is given back by the end of the process.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define STANDIN_NAME "rcc stand-in for tests, not RCC"
#define STANDIN_VERSION "v18.18.1"

/* rcc's own exit codes, and EXIT_UNREADY where it would only wait, or reads more than the stand-in.
 */
enum {
  EXIT_USAGE = 1,
  EXIT_CRASH = 2,
  EXIT_TASK = 3,
  EXIT_ENVIRONMENT = 4,
  EXIT_SETUP = 5,
  EXIT_COMMAND = 6,
  EXIT_ROBOT = 10,
  EXIT_PRERUN = 12,
  EXIT_UNREADY = 99,
};

typedef struct {
  unsigned char *data;
  size_t size;
} Bytes;

/* text.c: texts and messages */
void die(int code, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *allocate(size_t size);
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *copy_text(const char *text, size_t length);
char *join_path(const char *folder, const char *name);
char *parent_of(const char *path);
const char *name_of(const char *path);
bool is_set(const char *variable);
char **split_words(const char *command);

/* files.c: whole files */
bool read_file(const char *path, Bytes *bytes);
bool write_file(const char *path, Bytes bytes);
bool append_text(const char *path, const char *text);
bool make_folders(const char *path, mode_t mode);
bool exists(const char *path);

/* sha256.c, siphash.c: digests and names, as hex digits */
char *sha256_hex(Bytes bytes);
char *siphash128_hex(Bytes bytes);
uint64_t siphash64(uint64_t k0, uint64_t k1, Bytes bytes);

/* inflate.c */
bool is_gzip(Bytes bytes);
bool gunzip(Bytes packed, Bytes *content);
bool inflate_raw(Bytes packed, Bytes *content);

/* zip.c: hololib.zip */
typedef struct {
  const char *name;
  uint32_t method, packed, size, offset;
} ZipEntry;
typedef struct {
  const unsigned char *start, *end;
  size_t count;
  ZipEntry *entries;
} Zip;
bool open_zip(const char *path, Zip *zip);
bool read_zip(const Zip *zip, const char *name, Bytes *content);
void import_zip(const Zip *zip, const char *library);

/* value.c: what JSON and YAML say */
typedef enum { NOTHING, TEXT, LIST, MAP } Kind;
typedef struct Value {
  Kind kind;
  char *text;           /* of a TEXT: a string, or a number or word as it was written */
  size_t count;         /* of a LIST or MAP */
  char **keys;          /* of a MAP, in the order of the document */
  struct Value **items; /* of a LIST or MAP */
  size_t capacity;
} Value;
Value *new_value(Kind kind);
Value *new_text(const char *text, size_t length);
void add_item(Value *value, const char *key, Value *item);
const Value *member(const Value *map, const char *key);
const char *text_member(const Value *map, const char *key);
uint64_t number_member(const Value *map, const char *key);
const Value *parse_json(const char *text, const char *name);
const Value *parse_yaml(const char *text, const char *name);

/* names.c */
char *sipit(const char *text);
char *home_identity(void);
char *space_name(const char *controller, const char *space);

/* blueprint.c: the hash of a conda file */
char *blueprint_hash(const char *conda_path);

/* home.c: ROBOCORP_HOME, the user and what must stand ready before a start */
typedef struct {
  const char *folder;   /* ROBOCORP_HOME */
  const char *holotree; /* where a sealed space lies */
  const char *library;
  const Zip *zip; /* the library beside the robot, NULL when there is none */
  bool shared;
} Home;
Home open_home(void);
void check_seeds(const Home *home, bool bundled, bool sealed);
void write_journal(const Home *home);

/* faults.c: all that is wrong is said before the end, not the first only */
void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
void end_at_faults(int code);

/* library.c: a catalog and its blobs */
typedef struct {
  const char *hash;
  const char *path; /* of the stage */
  const Value *tree;
  const char *library;
  const Zip *zip; /* where the blobs are then */
  bool raw_blobs; /* a compress.no library */
} Catalog;
Catalog open_catalog(const Home *home, const char *hash);
void check_blobs(const Catalog *catalog);
bool read_blob(const Catalog *catalog, const char *digest, Bytes *content);
bool is_deep(void);

/* space.c */
char *open_space(const Catalog *catalog, const char *controller, const char *space);

/* restore.c: what rcc does where a space is not as its catalog says */
bool may_restore(void);
mode_t mode_of(const Value *file);
bool relocated_content(const Catalog *catalog, const Value *file, const char *space,
                       Bytes *content);
void restore_link(const char *target, const char *path);
void restore_file(const Catalog *catalog, const Value *file, const char *space, const char *path);
void remove_tree(const char *path);

/* robot.c */
typedef struct {
  const char *robot;
  const char *task;
  const char *setup; /* the file of --environment */
  const char *controller;
  const char *space;
  bool sealed; /* --warranty-voided */
  bool bundled;
  bool script;  /* `task script`: the words below are run in place of a task */
  char **extra; /* what is handed on to the task, NULL at the end */
} RunOptions;
int run_robot(const RunOptions *options);
char *conda_of(const char *robot);

/* holotree.c */
int import_library(const char *path);
int print_variables(const RunOptions *options);

#endif
