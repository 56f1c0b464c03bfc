#include "interposer/attached/hooked_symbols.h"

#include <cstring>

#include "interposer/attached/allocator_operators.h"
#include "interposer/attached/hook_entries.h"

namespace benchmem::attached {

const HookedSymbol kHookedSymbols[kHookedSymbolCount] = {
#define BENCHMEM_HOOKED_ANY(id, symbol, family) HookedSymbol(symbol, SymbolFamily::family, hooked_##id),
#define BENCHMEM_HOOKED_NEW(id, symbol, family, parameters, arguments, types) \
  HookedSymbol(symbol, SymbolFamily::family, hooked_##id,                     \
               static_cast<void*(*)types>(AllocatorOperators<SymbolFamily::family>::hooked_new)),
#define BENCHMEM_HOOKED_NEW_ALIGNED(...) BENCHMEM_HOOKED_NEW(__VA_ARGS__)
// A form that gets more than the block needs nothing of it.
#define BENCHMEM_HOOKED_DELETE(id, symbol, family, parameters)                               \
  HookedSymbol(symbol, SymbolFamily::family, reinterpret_cast<void (*)(void*)>(hooked_##id), \
               AllocatorOperators<SymbolFamily::family>::hooked_delete),
#include "interposer/symbols.def"
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
