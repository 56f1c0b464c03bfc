// Edits the environment in place, on the stack where the kernel put it: nothing is allocated.

#include "interposer/preload/environment.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

namespace benchmem::preload {

namespace {

const char* file_name(const char* path) noexcept {
  const char* slash = strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

bool names_own(const char* entry, size_t length, const char* own) noexcept {
  const size_t own_length = strlen(own);
  if (length < own_length || memcmp(entry + length - own_length, own, own_length) != 0) return false;
  return length == own_length || entry[length - own_length - 1] == '/';
}

} // namespace

size_t remove_own_entries(char* list, const char* own) noexcept {
  constexpr char kSeparators[] = ": ";
  size_t written = 0;
  for (const char* entry = list; *entry != '\0';) {
    const size_t separators = strspn(entry, kSeparators);
    const size_t length = strcspn(entry + separators, kSeparators);
    if (length > 0 && !names_own(entry + separators, length, own)) {
      if (written > 0) list[written++] = ':';
      memmove(list + written, entry + separators, length);
      written += length;
    }
    entry += separators + length;
  }
  list[written] = '\0';
  return written;
}

void clean_environment() noexcept {
  // `benchmem exec` leads through shells, env and shims to the program: its agent cleans up there.
  if (getenv("BENCHMEM_EXEC") != nullptr) return;
  unsetenv("BENCHMEM_ALLOCATOR");
  char* list = getenv("LD_PRELOAD");
  Dl_info self;
  if (list == nullptr || dladdr(reinterpret_cast<const void*>(&clean_environment), &self) == 0) return;
  if (remove_own_entries(list, file_name(self.dli_fname)) == 0) unsetenv("LD_PRELOAD");
}

} // namespace benchmem::preload
