/*
 * The first process of a container whose image was built with --init: it runs rcc, and lets robots
 * end well (docs/image.md). Without libc it runs on every base, and is the same bytes everywhere.
 */

enum { READ = 0, WRITE = 1, OPEN = 2, CLOSE = 3, SIGPROCMASK = 14, GETPID = 39, FORK = 57 };
enum { EXECVE = 59, WAIT4 = 61, KILL = 62, SIGTIMEDWAIT = 128, PRCTL = 157, GETDENTS64 = 217 };
enum { EXIT_GROUP = 231 };
enum { ENOENT = 2, EINTR = 4, ECHILD = 10, EAGAIN = 11 };
enum { SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGTERM = 15, SIGCHLD = 17 };
enum { DIRECTORY = 0200000, NO_HANG = 1, SET_CHILD_SUBREAPER = 36 };
enum { LARGEST_PID = 1 << 22, MOST_LOOKS = 10, PATIENCE = 80 };

struct time { long seconds, nanoseconds; };
struct siginfo { int signal, error, code, rest[29]; };
struct process { int parent; char state; };

static const struct time A_TENTH = { 0, 100000000 }; /* of a second */
static unsigned char known[LARGEST_PID / 8]; /* a bit for each that gets or got the signal */
static int self, child, stopping, childEnded, childStatus;

static long call(long number, long a, long b, long c, long d) {
  register long fourth __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}

static void complain(const char *text) {
  long length = 0;
  while (text[length] != 0) length++;
  call(WRITE, 2, (long)text, length, 0);
}

static unsigned long number(const char **text) {
  unsigned long value = 0;
  while (**text >= '0' && **text <= '9') value = value * 10 + (unsigned long)(*(*text)++ - '0');
  return value;
}

/* What /proc says of a process: "pid (any name) state parent ..." */
static int look(int pid, struct process *found) {
  char path[32] = "/proc/" /* and zeros */, text[1025], digits[12];
  int length = 0, at = 6;
  for (int rest = pid; rest > 0; rest /= 10) digits[length++] = (char)('0' + rest % 10);
  while (length > 0) path[at++] = digits[--length];
  for (const char *end = "/stat"; *end != 0; end++) path[at++] = *end;
  long file = call(OPEN, (long)path, 0, 0, 0);
  if (file < 0) return 0;
  long size = call(READ, file, (long)text, sizeof text - 1, 0);
  call(CLOSE, file, 0, 0, 0);
  if (size <= 0) return 0;
  text[size] = 0;
  const char *next = text + size;
  while (next > text && *next != ')') next--;
  if (next == text || next + 4 >= text + size) return 0;
  found->state = next[2];
  next += 4;
  found->parent = (int)number(&next);
  return 1;
}

/* A parent that ends meanwhile leaves its children to us, the subreaper: then it is asked again. */
static int isDescendant(int pid) {
  for (int tries = 0; tries < 100; tries++) {
    struct process process;
    int ancestor = pid;
    while (look(ancestor, &process)) {
      if (process.parent == self) return 1;
      if (process.parent <= 1) return 0;
      ancestor = process.parent;
    }
    if (ancestor == pid) return 0;
  }
  return 0;
}

static int isKnown(int pid) { return known[pid >> 3] >> (pid & 7) & 1; }

/*
 * Counts the descendants that are alive, all but the child, and makes those known that were not:
 * all, or those alone that rcc itself has started or left behind. They get the signal at once.
 */
static int lookAround(int signal, int isForAll, int *fresh) {
  static char entries[8192];
  int alive = 0;
  *fresh = 0;
  long folder = call(OPEN, (long)"/proc", DIRECTORY, 0, 0);
  for (long size; (size = call(GETDENTS64, folder, (long)entries, sizeof entries, 0)) > 0;) {
    for (long at = 0; at < size; at += *(unsigned short *)(entries + at + 16)) {
      const char *name = entries + at + 19; /* of a struct linux_dirent64 */
      int pid = (int)number(&name);
      struct process process;
      if (*name != 0 || pid <= 0 || pid >= LARGEST_PID || pid == self || pid == child) continue;
      if (!isDescendant(pid) || !look(pid, &process) || process.state == 'Z') continue;
      alive++;
      if (isKnown(pid) || !(isForAll || childEnded || process.parent == child)) continue;
      known[pid >> 3] |= (unsigned char)(1 << (pid & 7));
      *fresh += 1;
      if (signal != 0) call(KILL, pid, signal, 0, 0);
    }
  }
  if (folder >= 0) call(CLOSE, folder, 0, 0, 0);
  return alive;
}

/*
 * All are looked up before the first gets the signal: what a robot starts in order to tidy up is
 * left in peace. Again until there are no new ones, who may be born while /proc is read.
 */
static int tellAll(int signal) {
  int alive, fresh, looks = 0;
  /* volatile, or the compiler asks a libc for memset */
  for (volatile unsigned char *bits = known; bits < known + sizeof known; bits++) *bits = 0;
  do alive = lookAround(0, 1, &fresh); while (fresh > 0 && ++looks < MOST_LOOKS);
  for (int pid = 1; pid < LARGEST_PID; pid++) if (isKnown(pid)) call(KILL, pid, signal, 0, 0);
  return alive;
}

/*
 * rcc ends at its first signal, and what the robot prints goes through rcc: so it gets a signal to
 * stop last, eight seconds after the last of its descendants has ended, should it still be there:
 * it takes some to look back at a large environment. It gets it at once where there are none yet,
 * and when it is the second.
 */
static void handOn(int signal) {
  int isStop = signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGHUP;
  int isFirst = isStop && stopping == 0;
  if (stopping != 0 && !isStop) return;
  if (isStop) stopping = signal;
  int alive = tellAll(signal);
  if (!childEnded && (!isFirst || alive == 0)) call(KILL, child, signal, 0, 0);
}

/* Nothing came for a tenth of a second after a signal to stop. */
static void tick(void) {
  static int quiet;
  int fresh, alive = lookAround(stopping, 0, &fresh);
  quiet = alive == 0 ? quiet + 1 : 0;
  if (!childEnded && quiet == PATIENCE) call(KILL, child, stopping, 0, 0);
}

/* Says whether there are children left. */
static int reap(void) {
  for (;;) {
    int status;
    long pid = call(WAIT4, -1, (long)&status, NO_HANG, 0);
    if (pid > 0 && pid == child) childEnded = 1, childStatus = status;
    if (pid <= 0 && pid != -EINTR) return pid != -ECHILD;
  }
}

static void leave(int code) { call(EXIT_GROUP, code, 0, 0, 0); }

static void run(char **command, char **environment) {
  unsigned long none = 0;
  call(SIGPROCMASK, 2, (long)&none, 0, 8);
  long error = call(EXECVE, (long)command[0], (long)command, (long)environment, 0);
  complain("rcc-init: failed to run "), complain(command[0]), complain("\n");
  leave(error == -ENOENT ? 127 : 126);
}

__attribute__((used)) void begin(long *stack) {
  unsigned long all = ~0UL;
  char **command = (char **)stack + 2, **environment = (char **)stack + 2 + *stack;
  if (*stack < 2) complain("rcc-init: name a program to run\n"), leave(127);
  self = (int)call(GETPID, 0, 0, 0, 0);
  call(PRCTL, SET_CHILD_SUBREAPER, 1, 0, 0);
  call(SIGPROCMASK, 2, (long)&all, 0, 8);
  child = (int)call(FORK, 0, 0, 0, 0);
  if (child == 0) run(command, environment);
  if (child < 0) complain("rcc-init: no process can be made\n"), leave(126);
  for (;;) {
    struct siginfo info;
    int areLeft = reap();
    if (childEnded && (stopping == 0 || !areLeft)) break;
    long wait = stopping == 0 ? 0 : (long)&A_TENTH;
    long signal = call(SIGTIMEDWAIT, (long)&all, (long)&info, wait, 8);
    if (signal == -EAGAIN) tick();
    /* From a terminal (a positive code) everybody has it already. */
    else if (signal > 0 && signal != SIGCHLD && info.code <= 0) handOn((int)signal);
  }
  int ended = childStatus & 0177;
  leave(ended == 0 ? childStatus >> 8 & 0377 : 128 + ended);
}

__attribute__((naked)) void _start(void) {
  __asm__("mov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin");
}
