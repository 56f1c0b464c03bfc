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
template <OperatorForm kForm>
struct OperatorBackend {
  static constexpr bool kHasFastPath = false;
  static void* malloc(size_t bytes) noexcept {
    return AllocatorOperators<kForm>::real.allocate_nothrow(bytes, &kNothrow);
  }
  static void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
    return AllocatorOperators<kForm>::real.allocate_aligned_nothrow(bytes, alignment, &kNothrow);
  }
  // WHY the form without a size: inside a window a small block is larger than the program knows.
  static void free(void* block) noexcept { AllocatorOperators<kForm>::real.release(block); }
  static void free_plain(void* block, size_t) noexcept { free(block); }
  static size_t usable_size(void* block) noexcept { return ::malloc_usable_size(block); }
};

} // namespace

template <OperatorForm kForm>
void* AllocatorOperators<kForm>::hooked_new_nothrow(size_t bytes, const void*) {
  return Hooks<OperatorBackend<kForm>>::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());
}

template <OperatorForm kForm>
void* AllocatorOperators<kForm>::hooked_new_aligned_nothrow(size_t bytes, size_t alignment, const void*) {
  return Hooks<OperatorBackend<kForm>>::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE());
}

// The throwing forms: where the other has given up, the real one throws.
template <OperatorForm kForm>
void* AllocatorOperators<kForm>::hooked_new(size_t bytes) {
  void* block = Hooks<OperatorBackend<kForm>>::malloc(at_least_one(bytes), BENCHMEM_CALL_SITE());
  return __builtin_expect(block != nullptr, 1) ? block : real.allocate(bytes);
}

template <OperatorForm kForm>
void* AllocatorOperators<kForm>::hooked_new_aligned(size_t bytes, size_t alignment) {
  void* block = Hooks<OperatorBackend<kForm>>::aligned_alloc(alignment, at_least_one(bytes), BENCHMEM_CALL_SITE());
  return __builtin_expect(block != nullptr, 1) ? block : real.allocate_aligned(bytes, alignment);
}

template <OperatorForm kForm>
void AllocatorOperators<kForm>::hooked_delete(void* block) {
  Hooks<OperatorBackend<kForm>>::free(block, BENCHMEM_CALL_SITE());
}

template struct AllocatorOperators<OperatorForm::kScalar>;
template struct AllocatorOperators<OperatorForm::kArray>;

} // namespace benchmem::attached
