#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "standin.h"

static Bytes bytes_of(const char *text) {
  return (Bytes){(unsigned char *)text, strlen(text)};
}

char *sipit(const char *text) {
  uint64_t hash = siphash64(9007199254740993, 2147483647, bytes_of(text));
  return format_text("%016llx", (unsigned long long)hash);
}

/* Of HOME: other keys than sipit's, and no zeros in front. */
char *home_identity(void) {
  const char *home = getenv("HOME");
  if (home == NULL || *home == 0) return format_text("badcafe");
  uint64_t hash = siphash64(9007799254740993, 2147487647, bytes_of(home));
  return format_text("%.7s", format_text("%llx", (unsigned long long)hash));
}

char *space_name(const char *controller, const char *space) {
  char *full = format_text("rcc.%s", controller);
  for (char *letter = full; *letter != 0; letter++) *letter = (char)tolower((unsigned char)*letter);
  return format_text("%s_%.7s_%.8s", home_identity(), sipit(full), sipit(space));
}
