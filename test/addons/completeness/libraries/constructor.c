// Allocates while it is loaded: in its constructor, before dlopen returns to whoever might patch it then.
#include <stdlib.h>

#define CALLS_IN_CONSTRUCTOR 7
#define CALLS_IN_DESTRUCTOR 3

static void* kept[CALLS_IN_CONSTRUCTOR];
// A pointer in data: a relocation that is no jump slot.
void* (*allocate)(size_t) = malloc;

__attribute__((constructor)) static void on_load(void) {
  for (int i = 0; i < CALLS_IN_CONSTRUCTOR; ++i) kept[i] = malloc(100 + i);
}

__attribute__((destructor)) static void on_unload(void) {
  for (int i = 0; i < CALLS_IN_CONSTRUCTOR; ++i) free(kept[i]);
  for (int i = 0; i < CALLS_IN_DESTRUCTOR; ++i) free(calloc(1, 200 + i));
}

// `calls` allocations, every other one through the pointer.
__attribute__((visibility("default"))) int library_allocate(int calls) {
  for (int i = 0; i < calls; ++i) free(i % 2 == 0 ? malloc(300) : allocate(300));
  return calls;
}
