#include "interposer/attached/allocator_operators.h"

#include <malloc.h>

#include "callers/callers.h"
#include "callers/callers_inline.h"
#include "interposer/hooks.h"

namespace benchmem::attached {
namespace {

const char kNothrow = 0; // stands for std::nothrow, which is empty

// As libstdc++, whichever operators serve: no allocation of 0 bytes.
size_t at_least_one(size_t bytes) noexcept { return bytes == 0 ? 1 : bytes; }

// The operators that cannot throw, as a back end of the hooks. Only what the entries below use.
template <SymbolFamily kFamily>
struct OperatorBackend {
  static constexpr bool kHasFastPath = false;
  static void* malloc(size_t bytes) noexcept {
    return AllocatorOperators<kFamily>::real.allocate_nothrow(bytes, &kNothrow);
  }
  static void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
    return AllocatorOperators<kFamily>::real.allocate_aligned_nothrow(bytes, alignment, &kNothrow);
  }
  // WHY: this is the form without a size, because a small block inside a window is larger than the program knows.
  static void free(void* block) noexcept { AllocatorOperators<kFamily>::real.release(block); }
  static void free_plain(void* block, size_t) noexcept { free(block); }
  static size_t usable_size(void* block) noexcept { return ::malloc_usable_size(block); }
};

} // namespace

template <SymbolFamily kFamily>
void* AllocatorOperators<kFamily>::hooked_new(size_t bytes, const void*) {
  return Hooks<OperatorBackend<kFamily>>::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());
}

template <SymbolFamily kFamily>
void* AllocatorOperators<kFamily>::hooked_new(size_t bytes, size_t alignment, const void*) {
  return Hooks<OperatorBackend<kFamily>>::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE());
}

// The throwing forms: where the other has given up, the real one throws.
template <SymbolFamily kFamily>
void* AllocatorOperators<kFamily>::hooked_new(size_t bytes) {
  void* block = Hooks<OperatorBackend<kFamily>>::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());
  return __builtin_expect(block != nullptr, 1) ? block : real.allocate(bytes);
}

template <SymbolFamily kFamily>
void* AllocatorOperators<kFamily>::hooked_new(size_t bytes, size_t alignment) {
  void* block = Hooks<OperatorBackend<kFamily>>::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE());
  return __builtin_expect(block != nullptr, 1) ? block : real.allocate_aligned(bytes, alignment);
}

template <SymbolFamily kFamily>
void AllocatorOperators<kFamily>::hooked_delete(void* block) {
  Hooks<OperatorBackend<kFamily>>::free(block, BENCHMEM_CALL_SITE());
}

template struct AllocatorOperators<SymbolFamily::kScalarOperator>;
template struct AllocatorOperators<SymbolFamily::kArrayOperator>;

} // namespace benchmem::attached
