#include "interposer/attached/hook_entries.h"

#include <dlfcn.h>

#include <cstring>

#include "backend/linked_backend.h"
#include "callers/callers.h"
#include "callers/callers_inline.h"
#include "interposer/attached/hooked_symbols.h"
#include "interposer/hooks.h"
#include "mappings/mappings.h"

namespace benchmem::attached {
namespace {

using OwnHooks = Hooks<LinkedBackend>;

// As libstdc++: operator new never asks the allocator for 0 bytes.
size_t at_least_one(size_t bytes) noexcept { return bytes == 0 ? 1 : bytes; }

bool is_power_of_two(size_t value) noexcept { return value != 0 && (value & (value - 1)) == 0; }

} // namespace

void* hooked_malloc(size_t bytes) { return OwnHooks::malloc(bytes, BENCHMEM_CALL_SITE()); }

void* hooked_calloc(size_t count, size_t size) { return OwnHooks::calloc(count, size, BENCHMEM_CALL_SITE()); }

void* hooked_realloc(void* block, size_t bytes) { return OwnHooks::realloc(block, bytes, BENCHMEM_CALL_SITE()); }

void* hooked_reallocarray(void* block, size_t count, size_t size) {
  return OwnHooks::reallocarray(block, count, size, BENCHMEM_CALL_SITE());
}

void hooked_free(void* block) { OwnHooks::free(block, BENCHMEM_CALL_SITE()); }

void* hooked_memalign(size_t alignment, size_t bytes) {
  return OwnHooks::memalign(alignment, bytes, BENCHMEM_CALL_SITE());
}

void* hooked_aligned_alloc(size_t alignment, size_t bytes) {
  return OwnHooks::aligned_alloc(alignment, bytes, BENCHMEM_CALL_SITE());
}

int hooked_posix_memalign(void** out, size_t alignment, size_t bytes) {
  return OwnHooks::posix_memalign(out, alignment, bytes, BENCHMEM_CALL_SITE());
}

void* hooked_valloc(size_t bytes) { return OwnHooks::valloc(bytes, BENCHMEM_CALL_SITE()); }

void* hooked_pvalloc(size_t bytes) { return OwnHooks::pvalloc(bytes, BENCHMEM_CALL_SITE()); }

// WHY not the C library's: its inner malloc would show the C library as the caller.
char* hooked_strdup(const char* text) {
  const size_t bytes = std::strlen(text) + 1;
  void* copy = OwnHooks::malloc(bytes, BENCHMEM_CALL_SITE());
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, bytes));
}

char* hooked_strndup(const char* text, size_t limit) {
  const size_t length = ::strnlen(text, limit);
  char* copy = static_cast<char*>(OwnHooks::malloc(length + 1, BENCHMEM_CALL_SITE()));
  if (copy == nullptr) return nullptr;
  copy[length] = '\0';
  return static_cast<char*>(std::memcpy(copy, text, length));
}

int hooked_dlclose(void* handle) {
  const int result = ::dlclose(handle);
  refresh_callers();
  return result;
}

// mmap and its kin, written down once for both interposers.
#define BENCHMEM_HOOKED_MAPPING(id, symbol, result, parameters, call) \
  result hooked_##id parameters { return mappings::call; }
#include "interposer/symbols.def"

// Operator new: our malloc first, so that the direct caller is known and the allocation is counted once. Where memory
// is short the real operator decides: it calls the new handler and tries again (counted as its own), or throws.
// SAFETY: these frames hold nothing to destroy, so an exception passes through them.
void* hooked_new(size_t bytes) {
  void* block = OwnHooks::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());
  if (__builtin_expect(block != nullptr, 1)) return block;
  return reinterpret_cast<decltype(&hooked_new)>(definition_of("_Znwm"))(bytes);
}

void* hooked_new_nothrow(size_t bytes, const void* nothrow) {
  void* block = OwnHooks::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());
  if (__builtin_expect(block != nullptr, 1)) return block;
  return reinterpret_cast<decltype(&hooked_new_nothrow)>(definition_of("_ZnwmRKSt9nothrow_t"))(bytes, nothrow);
}

void* hooked_new_aligned(size_t bytes, size_t alignment) {
  if (is_power_of_two(alignment)) {
    void* block = OwnHooks::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE());
    if (__builtin_expect(block != nullptr, 1)) return block;
  }
  return reinterpret_cast<decltype(&hooked_new_aligned)>(definition_of("_ZnwmSt11align_val_t"))(bytes, alignment);
}

void* hooked_new_aligned_nothrow(size_t bytes, size_t alignment, const void* nothrow) {
  if (is_power_of_two(alignment)) {
    void* block = OwnHooks::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE());
    if (__builtin_expect(block != nullptr, 1)) return block;
  }
  using Operator = decltype(&hooked_new_aligned_nothrow);
  void* real = definition_of("_ZnwmSt11align_val_tRKSt9nothrow_t");
  return reinterpret_cast<Operator>(real)(bytes, alignment, nothrow);
}

void hooked_delete(void* block) { OwnHooks::free(block, BENCHMEM_CALL_SITE()); }

} // namespace benchmem::attached
