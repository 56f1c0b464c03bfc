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

char* duplicate(const char* text, size_t length, CallSite site) noexcept {
  auto* copy = static_cast<char*>(OwnHooks::malloc(length + 1, site));
  if (copy == nullptr) return nullptr;
  copy[length] = '\0';
  return static_cast<char*>(std::memcpy(copy, text, length));
}

// Operator new: our malloc first, so that the direct caller is known and the allocation is counted once. Where memory
// is short the real operator decides: it calls the new handler and tries again (counted as its own), or throws.
// SAFETY: these frames hold nothing to destroy, so an exception passes through them.
template <class... Types>
__attribute__((noinline)) void* call_real(const char* symbol, Types... arguments) {
  return reinterpret_cast<void* (*)(Types...)>(definition_of(symbol))(arguments...);
}

} // namespace

#define BENCHMEM_UNPACK(...) __VA_ARGS__
#define BENCHMEM_HOOKED(id, symbol, family, result, parameters, method, arguments) \
  result hooked_##id parameters { return OwnHooks::method(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE()); }
#define BENCHMEM_HOOKED_FREE(id, symbol, family, parameters) \
  void hooked_##id parameters { OwnHooks::free(block, BENCHMEM_CALL_SITE()); }
#define BENCHMEM_HOOKED_NEW(id, symbol, family, parameters, arguments, types)   \
  void* hooked_##id parameters {                                                \
    void* block = OwnHooks::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());  \
    if (__builtin_expect(block != nullptr, 1)) return block;                    \
    return call_real<BENCHMEM_UNPACK types>(symbol, BENCHMEM_UNPACK arguments); \
  }
#define BENCHMEM_HOOKED_NEW_ALIGNED(id, symbol, family, parameters, arguments, types)              \
  void* hooked_##id parameters {                                                                   \
    if (is_power_of_two(alignment)) {                                                              \
      void* block = OwnHooks::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE()); \
      if (__builtin_expect(block != nullptr, 1)) return block;                                     \
    }                                                                                              \
    return call_real<BENCHMEM_UNPACK types>(symbol, BENCHMEM_UNPACK arguments);                    \
  }
#define BENCHMEM_HOOKED_STRING(id, symbol, family, parameters, length) \
  char* hooked_##id parameters { return duplicate(text, length, BENCHMEM_CALL_SITE()); }
#define BENCHMEM_HOOKED_LOADER(id, symbol, family, result, parameters, arguments) \
  result hooked_##id parameters {                                                 \
    const result answer = ::id arguments;                                         \
    refresh_callers();                                                            \
    return answer;                                                                \
  }
#define BENCHMEM_HOOKED_MAPPING(id, symbol, family, result, parameters, call) \
  result hooked_##id parameters { return mappings::call; }
#include "interposer/symbols.def"

} // namespace benchmem::attached
