#include "interposer/attached/hooked_symbols.h"

#include <cstring>

#include "interposer/attached/allocator_operators.h"
#include "interposer/attached/hook_entries.h"

namespace benchmem::attached {
namespace {

template <class Function>
HookedSymbol hooked(const char* name, SymbolFamily family, Function* hook) noexcept {
  return HookedSymbol{name, family, reinterpret_cast<void*>(hook), nullptr};
}

template <class Function>
HookedSymbol hooked(const char* name, Function* hook, Function* allocator_hook) noexcept {
  return HookedSymbol{name, SymbolFamily::kOperator, reinterpret_cast<void*>(hook),
                      reinterpret_cast<void*>(allocator_hook)};
}

constexpr SymbolFamily kAllocator = SymbolFamily::kAllocator;
using Scalar = ScalarOperators;
using Array = ArrayOperators;

} // namespace

const HookedSymbol kHookedSymbols[kHookedSymbolCount] = {
    hooked("malloc", kAllocator, hooked_malloc),
    hooked("calloc", kAllocator, hooked_calloc),
    hooked("realloc", kAllocator, hooked_realloc),
    hooked("free", kAllocator, hooked_free),
    hooked("reallocarray", kAllocator, hooked_reallocarray),
    hooked("cfree", kAllocator, hooked_free),
    hooked("free_sized", kAllocator, hooked_free),         // C23; a size and an alignment may follow the block
    hooked("free_aligned_sized", kAllocator, hooked_free),
    hooked("memalign", kAllocator, hooked_memalign),
    hooked("aligned_alloc", kAllocator, hooked_aligned_alloc),
    hooked("posix_memalign", kAllocator, hooked_posix_memalign),
    hooked("valloc", kAllocator, hooked_valloc),
    hooked("pvalloc", kAllocator, hooked_pvalloc),
    hooked("_Znwm", hooked_new, Scalar::hooked_new),
    hooked("_Znam", hooked_new, Array::hooked_new),
    hooked("_ZnwmRKSt9nothrow_t", hooked_new_nothrow, Scalar::hooked_new_nothrow),
    hooked("_ZnamRKSt9nothrow_t", hooked_new_nothrow, Array::hooked_new_nothrow),
    hooked("_ZnwmSt11align_val_t", hooked_new_aligned, Scalar::hooked_new_aligned),
    hooked("_ZnamSt11align_val_t", hooked_new_aligned, Array::hooked_new_aligned),
    hooked("_ZnwmSt11align_val_tRKSt9nothrow_t", hooked_new_aligned_nothrow, Scalar::hooked_new_aligned_nothrow),
    hooked("_ZnamSt11align_val_tRKSt9nothrow_t", hooked_new_aligned_nothrow, Array::hooked_new_aligned_nothrow),
    hooked("_ZdlPv", hooked_delete, Scalar::hooked_delete),
    hooked("_ZdaPv", hooked_delete, Array::hooked_delete),
    hooked("_ZdlPvm", hooked_delete, Scalar::hooked_delete),
    hooked("_ZdaPvm", hooked_delete, Array::hooked_delete),
    hooked("_ZdlPvRKSt9nothrow_t", hooked_delete, Scalar::hooked_delete),
    hooked("_ZdaPvRKSt9nothrow_t", hooked_delete, Array::hooked_delete),
    hooked("_ZdlPvSt11align_val_t", hooked_delete, Scalar::hooked_delete),
    hooked("_ZdaPvSt11align_val_t", hooked_delete, Array::hooked_delete),
    hooked("_ZdlPvmSt11align_val_t", hooked_delete, Scalar::hooked_delete),
    hooked("_ZdaPvmSt11align_val_t", hooked_delete, Array::hooked_delete),
    hooked("_ZdlPvSt11align_val_tRKSt9nothrow_t", hooked_delete, Scalar::hooked_delete),
    hooked("_ZdaPvSt11align_val_tRKSt9nothrow_t", hooked_delete, Array::hooked_delete),
    hooked("strdup", SymbolFamily::kString, hooked_strdup),
    hooked("__strdup", SymbolFamily::kString, hooked_strdup),
    hooked("strndup", SymbolFamily::kString, hooked_strndup),
    hooked("__strndup", SymbolFamily::kString, hooked_strndup),
    hooked("dlclose", SymbolFamily::kLoader, hooked_dlclose),
    hooked("mmap", SymbolFamily::kMapping, hooked_mmap),
    hooked("mmap64", SymbolFamily::kMapping, hooked_mmap64),
    hooked("munmap", SymbolFamily::kMapping, hooked_munmap),
    hooked("mprotect", SymbolFamily::kMapping, hooked_mprotect),
    hooked("pkey_mprotect", SymbolFamily::kMapping, hooked_pkey_mprotect),
    hooked("mremap", SymbolFamily::kMapping, hooked_mremap),
    hooked("madvise", SymbolFamily::kMapping, hooked_madvise),
};

Definition definitions[kHookedSymbolCount];
uintptr_t separate_allocator_base = kNoObject;

size_t find_hooked_symbol(const char* name) noexcept {
  size_t index = 0;
  while (index < kHookedSymbolCount && std::strcmp(kHookedSymbols[index].name, name) != 0) ++index;
  return index;
}

void* definition_of(const char* name) noexcept {
  const size_t index = find_hooked_symbol(name);
  return index == kHookedSymbolCount ? nullptr : definitions[index].address;
}

} // namespace benchmem::attached
