// A library that keeps a process from starting where benchmem's own one is preloaded too.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void hang(void) {
  const char *preload = getenv("LD_PRELOAD");
  if (preload == NULL || strstr(preload, "libbenchmem") == NULL) return;
  for (;;) pause();
}
