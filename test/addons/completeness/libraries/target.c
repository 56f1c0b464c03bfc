// What the caller library opens by its bare name; its folder is on that library's RUNPATH and nowhere else.
#include <stdlib.h>

__attribute__((visibility("default"))) int library_allocate(int calls) {
  for (int i = 0; i < calls; ++i) free(malloc(400));
  return calls;
}
