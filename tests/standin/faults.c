#include <stdarg.h>
#include <stdio.h>

#include "standin.h"

static int count;

void fault(const char *format, ...) {
  enum { MOST_PRINTED = 20 };
  if (++count > MOST_PRINTED) return;
  va_list args;
  va_start(args, format);
  fputs("rcc stand-in: fault: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
}

void end_at_faults(int code) {
  if (count > 0) die(code, "the environment is not what rcc takes as it is: %d faults", count);
}
