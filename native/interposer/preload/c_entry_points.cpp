// The C symbols that libbenchmem.so puts in front of the C library's, and the operators delete, which are one of
// them. Each is short enough to leave no trace while no window is open. Written under other names with an assembler
// label, so that the compiler takes none of them for the builtin it knows.

#include <dlfcn.h>

#include <cstring>

#include "interposer/preload/route.h"
#include "tracker/tracker.h"

namespace benchmem::preload {

__attribute__((noinline)) void* note_raised_mark(void* block) noexcept {
  const uint64_t serial = tls_raised_mark;
  tls_raised_mark = 0;
  int64_t live = 0;
  if (!tracker::live_bytes_now(&live)) return block;
  mapped_bytes.note_requested(serial, live < 0 ? 0 : static_cast<uint64_t>(live));
  return block;
}

namespace {

__attribute__((noinline)) void free_through_hooks(void* block, CallSite site) noexcept {
  through_hooks([&](auto hooks) { decltype(hooks)::free(block, site); });
}

} // namespace

// WHY the slow forms are functions of their own: they get the call site by value, and the entry point no stack frame.
#define BENCHMEM_UNPACK(...) __VA_ARGS__
#define BENCHMEM_HOOKED(id, symbol, result, parameters, method, arguments)                                  \
  static __attribute__((noinline)) result hooked_##id(BENCHMEM_UNPACK parameters, CallSite site) noexcept { \
    return through_hooks(                                                                                   \
        [&](auto hooks) { return decltype(hooks)::method(BENCHMEM_UNPACK arguments, site); });              \
  }                                                                                                         \
  static __attribute__((noinline)) result system_##id(BENCHMEM_UNPACK parameters, CallSite site) noexcept { \
    return SystemHooks<true>::method(BENCHMEM_UNPACK arguments, site);                                      \
  }                                                                                                         \
  extern "C" BENCHMEM_EXPORT result entry_##id parameters noexcept __asm__(symbol);                         \
  result entry_##id parameters noexcept {                                                                   \
    const Way route = way();                                                                                \
    if (__builtin_expect(route == Way::kJemalloc, 1)) return Direct<JemallocBackend>::method arguments;     \
    if (route == Way::kJemallocHooks) {                                                                     \
      return JemallocHooks<true>::method(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE());                  \
    }                                                                                                       \
    if (route == Way::kSystem) return Direct<SystemBackend>::method arguments;                              \
    if (route == Way::kSystemHooks) return system_##id(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE());    \
    return hooked_##id(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE());                                    \
  }
#define BENCHMEM_HOOKED_FREE(id, symbol, parameters)                                                        \
  extern "C" BENCHMEM_EXPORT void entry_##id parameters noexcept __asm__(symbol);                           \
  void entry_##id parameters noexcept {                                                                     \
    const Way route = way();                                                                                \
    if (__builtin_expect(route == Way::kJemalloc, 1)) return JemallocBackend::free(block);                  \
    if (route == Way::kJemallocHooks) return JemallocHooks<true>::free(block, BENCHMEM_CALL_SITE());        \
    if (route == Way::kSystem) return SystemBackend::free(block);                                           \
    if (route == Way::kSystemHooks) return SystemHooks<true>::free(block, BENCHMEM_CALL_SITE());            \
    free_through_hooks(block, BENCHMEM_CALL_SITE());                                                        \
  }
#include "interposer/symbols.def"

namespace {

// The C library's own strdup would call malloc from inside itself: here the caller is the program.
char* duplicate(const char* text, size_t length, CallSite site) noexcept {
  auto* copy = static_cast<char*>(hooked_malloc(length + 1, site));
  if (copy == nullptr) return nullptr;
  copy[length] = '\0';
  return static_cast<char*>(memcpy(copy, text, length));
}

} // namespace

extern "C" {

BENCHMEM_EXPORT char* entry_strdup(const char* text) noexcept __asm__("strdup");
char* entry_strdup(const char* text) noexcept { return duplicate(text, strlen(text), BENCHMEM_CALL_SITE()); }

BENCHMEM_EXPORT char* entry_internal_strdup(const char* text) noexcept __asm__("__strdup");
char* entry_internal_strdup(const char* text) noexcept { return duplicate(text, strlen(text), BENCHMEM_CALL_SITE()); }

BENCHMEM_EXPORT char* entry_strndup(const char* text, size_t most) noexcept __asm__("strndup");
char* entry_strndup(const char* text, size_t most) noexcept {
  return duplicate(text, strnlen(text, most), BENCHMEM_CALL_SITE());
}

BENCHMEM_EXPORT size_t entry_malloc_usable_size(void* block) noexcept __asm__("malloc_usable_size");
size_t entry_malloc_usable_size(void* block) noexcept {
  if (block == nullptr) return 0;
  if (chosen_allocator() == Allocator::kSystem) return SystemBackend::usable_size(block);
  return JemallocBackend::usable_size(block);
}

// Another object may be mapped where this one was: what is known of its addresses must be forgotten.
BENCHMEM_EXPORT int entry_dlclose(void* handle) noexcept __asm__("dlclose");
int entry_dlclose(void* handle) noexcept {
  static const auto next = reinterpret_cast<int (*)(void*)>(dlsym(RTLD_NEXT, "dlclose"));
  const int failed = next(handle);
  refresh_callers();
  return failed;
}

} // extern "C"

} // namespace benchmem::preload
