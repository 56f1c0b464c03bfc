// Opens another library by its bare name, which only this library's own RUNPATH leads to.
#include <dlfcn.h>
#include <stddef.h>

__attribute__((visibility("default"))) int library_allocate(int calls) {
  void* target = dlopen("libtarget.so", RTLD_NOW | RTLD_LOCAL);
  if (target == NULL) return -1;
  int (*allocate)(int) = (int (*)(int))dlsym(target, "library_allocate");
  int done = allocate == NULL ? -1 : allocate(calls);
  dlclose(target);
  return done;
}
