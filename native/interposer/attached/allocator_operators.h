// The hooked C++ operators of an allocator that serves C++ by itself, not through malloc.
// WHY: they do not call malloc, as those for libstdc++ do, because such an allocator may distinguish blocks of new from
// blocks of malloc, and what is still allocated after an uninstall() goes to its own operator delete.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_ALLOCATOR_OPERATORS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_ALLOCATOR_OPERATORS_H_

#include <cstddef>

#include "interposer/attached/hooked_symbols.h"

namespace benchmem::attached {

// The allocator's functions for one form. Written before anything is hooked.
struct OperatorSet {
  void* (*allocate)(size_t bytes) = nullptr;
  void* (*allocate_nothrow)(size_t bytes, const void* nothrow) = nullptr;
  void* (*allocate_aligned)(size_t bytes, size_t alignment) = nullptr;
  void* (*allocate_aligned_nothrow)(size_t bytes, size_t alignment, const void* nothrow) = nullptr;
  void (*release)(void* block) = nullptr;
};

template <SymbolFamily kFamily>
struct AllocatorOperators {
  static inline OperatorSet real;

  static void* hooked_new(size_t bytes);
  static void* hooked_new(size_t bytes, const void* nothrow);
  static void* hooked_new(size_t bytes, size_t alignment);
  static void* hooked_new(size_t bytes, size_t alignment, const void* nothrow);
  static void hooked_delete(void* block);
};

using ScalarOperators = AllocatorOperators<SymbolFamily::kScalarOperator>;
using ArrayOperators = AllocatorOperators<SymbolFamily::kArrayOperator>;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_ALLOCATOR_OPERATORS_H_
