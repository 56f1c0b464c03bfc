// The C++ operators new that libbenchmem.so puts in front of libstdc++'s: plain functions under the mangled names,
// so that no C++ library is needed. Must not throw by themselves: where memory is short, libstdc++'s decides.

#include <dlfcn.h>

#include <cstdlib>

#include "interposer/preload/route.h"

namespace benchmem::preload {

namespace {

// It calls the new_handler and tries again, which is counted as its own, or throws std::bad_alloc.
template <class... Types>
__attribute__((noinline)) void* call_next(const char* symbol, Types... arguments) {
  const auto next = reinterpret_cast<void* (*)(Types...)>(dlsym(RTLD_NEXT, symbol));
  if (next == nullptr) abort(); // SAFETY: operator new may not return null, and nobody here can throw
  return next(arguments...);
}

__attribute__((noinline)) void* allocate(size_t bytes, CallSite site) noexcept {
  return through_hooks([&](auto hooks) { return decltype(hooks)::malloc(bytes, site); });
}

__attribute__((noinline)) void* allocate_aligned(size_t bytes, size_t alignment, CallSite site) noexcept {
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) return nullptr;
  return through_hooks([&](auto hooks) { return decltype(hooks)::memalign(alignment, bytes, site); });
}

} // namespace

// WHY: these are not noexcept, because libstdc++'s exception passes through. SAFETY: these frames hold nothing to
// destroy.
#define BENCHMEM_UNPACK(...) __VA_ARGS__
#define BENCHMEM_HOOKED_NEW(id, symbol, family, parameters, arguments, types)                                \
  extern "C" BENCHMEM_EXPORT void* entry_##id parameters __asm__(symbol);                                    \
  void* entry_##id parameters {                                                                              \
    const size_t wanted = bytes + (bytes == 0);                                                              \
    const Way route = way();                                                                                 \
    void* block = __builtin_expect(route == Way::kJemalloc, 1) ? JemallocBackend::malloc(wanted)             \
                  : route == Way::kSystem                      ? SystemBackend::malloc(wanted)               \
                  : route == Way::kJemallocHooks ? JemallocHooks<true>::malloc(wanted, BENCHMEM_CALL_SITE()) \
                                                 : allocate(wanted, BENCHMEM_CALL_SITE());                   \
    if (__builtin_expect(block != nullptr, 1)) return block;                                                 \
    return call_next<BENCHMEM_UNPACK types>(symbol, BENCHMEM_UNPACK arguments);                              \
  }
#define BENCHMEM_HOOKED_NEW_ALIGNED(id, symbol, family, parameters, arguments, types)      \
  extern "C" BENCHMEM_EXPORT void* entry_##id parameters __asm__(symbol);                  \
  void* entry_##id parameters {                                                            \
    void* block = allocate_aligned(bytes + (bytes == 0), alignment, BENCHMEM_CALL_SITE()); \
    if (__builtin_expect(block != nullptr, 1)) return block;                               \
    return call_next<BENCHMEM_UNPACK types>(symbol, BENCHMEM_UNPACK arguments);            \
  }
#include "interposer/symbols.def"

} // namespace benchmem::preload
