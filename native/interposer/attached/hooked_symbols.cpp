#include "interposer/attached/hooked_symbols.h"

#include <cstring>

#include "interposer/attached/hook_entries.h"

namespace benchmem::attached {
namespace {

template <class Function>
HookedSymbol hooked(const char* name, Function* hook, SymbolFamily family) noexcept {
  return HookedSymbol{name, reinterpret_cast<void*>(hook), family};
}

constexpr SymbolFamily kAllocator = SymbolFamily::kAllocator;
constexpr SymbolFamily kOperator = SymbolFamily::kOperator;

} // namespace

const HookedSymbol kHookedSymbols[kHookedSymbolCount] = {
    hooked("malloc", hooked_malloc, kAllocator),
    hooked("calloc", hooked_calloc, kAllocator),
    hooked("realloc", hooked_realloc, kAllocator),
    hooked("free", hooked_free, kAllocator),
    hooked("reallocarray", hooked_reallocarray, kAllocator),
    hooked("cfree", hooked_free, kAllocator),
    hooked("memalign", hooked_memalign, kAllocator),
    hooked("aligned_alloc", hooked_aligned_alloc, kAllocator),
    hooked("posix_memalign", hooked_posix_memalign, kAllocator),
    hooked("valloc", hooked_valloc, kAllocator),
    hooked("pvalloc", hooked_pvalloc, kAllocator),
    // The scalar form comes before its array form: see definitions.cpp.
    hooked("_Znwm", hooked_new, kOperator),
    hooked("_Znam", hooked_new, kOperator),
    hooked("_ZnwmRKSt9nothrow_t", hooked_new_nothrow, kOperator),
    hooked("_ZnamRKSt9nothrow_t", hooked_new_nothrow, kOperator),
    hooked("_ZnwmSt11align_val_t", hooked_new_aligned, kOperator),
    hooked("_ZnamSt11align_val_t", hooked_new_aligned, kOperator),
    hooked("_ZnwmSt11align_val_tRKSt9nothrow_t", hooked_new_aligned_nothrow, kOperator),
    hooked("_ZnamSt11align_val_tRKSt9nothrow_t", hooked_new_aligned_nothrow, kOperator),
    hooked("_ZdlPv", hooked_delete, kOperator),
    hooked("_ZdaPv", hooked_delete, kOperator),
    hooked("_ZdlPvm", hooked_delete, kOperator),
    hooked("_ZdaPvm", hooked_delete, kOperator),
    hooked("_ZdlPvRKSt9nothrow_t", hooked_delete, kOperator),
    hooked("_ZdaPvRKSt9nothrow_t", hooked_delete, kOperator),
    hooked("_ZdlPvSt11align_val_t", hooked_delete, kOperator),
    hooked("_ZdaPvSt11align_val_t", hooked_delete, kOperator),
    hooked("_ZdlPvmSt11align_val_t", hooked_delete, kOperator),
    hooked("_ZdaPvmSt11align_val_t", hooked_delete, kOperator),
    hooked("_ZdlPvSt11align_val_tRKSt9nothrow_t", hooked_delete, kOperator),
    hooked("_ZdaPvSt11align_val_tRKSt9nothrow_t", hooked_delete, kOperator),
    hooked("strdup", hooked_strdup, SymbolFamily::kString),
    hooked("__strdup", hooked_strdup, SymbolFamily::kString),
    hooked("strndup", hooked_strndup, SymbolFamily::kString),
    hooked("__strndup", hooked_strndup, SymbolFamily::kString),
    hooked("dlclose", hooked_dlclose, SymbolFamily::kLoader),
};

Definition definitions[kHookedSymbolCount];

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
