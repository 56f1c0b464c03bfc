#include "interposer/attached/symbol_redirect.h"

#include "interposer/attached/hooked_symbols.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

bool defines_hooked_symbol(uintptr_t base) noexcept {
  for (const Definition& definition : definitions) {
    if (definition.address != nullptr && definition.base == base) return true;
  }
  return false;
}

template <class Move>
bool visit_definitions(const LoadedObjects& objects, Move move) noexcept {
  for (size_t i = 0; i < objects.size(); ++i) {
    if (!defines_hooked_symbol(objects[i].base)) continue;
    const ObjectHold hold(objects, objects[i]);
    if (!hold.held()) continue;
    const ElfObject object(objects[i].base, objects[i].headers, objects[i].header_count);
    for (size_t k = 0; k < kHookedSymbolCount; ++k) {
      if (definitions[k].address == nullptr || definitions[k].base != object.base()) continue;
      if (!move(object, k)) return false;
    }
  }
  return true;
}

} // namespace

// A symbol's value is an offset from its object; sums wrap around, so an entry of ours below it works as well.
bool move_symbol(const ElfObject& object, const char* name, void* from, void* to) noexcept {
  static_assert(sizeof(ElfW(Sym)::st_value) == sizeof(uintptr_t), "one word is stored");
  const ElfW(Sym)* symbol = object.find_definition(name);
  for (; symbol != nullptr; symbol = object.find_definition(name, symbol)) {
    if (object.address_of(*symbol) != from) continue;
    uintptr_t* word = reinterpret_cast<uintptr_t*>(const_cast<ElfW(Addr)*>(&symbol->st_value));
    if (!store_word(object, word, reinterpret_cast<uintptr_t>(to) - object.base())) return false;
  }
  return true;
}

bool redirect_symbols(const LoadedObjects& objects) noexcept {
  return visit_definitions(objects, [](const ElfObject& object, size_t k) {
    return move_symbol(object, kHookedSymbols[k].name, definitions[k].address, definitions[k].hook);
  });
}

bool restore_symbols(const LoadedObjects& objects) noexcept {
  return visit_definitions(objects, [](const ElfObject& object, size_t k) {
    if (definitions[k].for_good) return true;
    return move_symbol(object, kHookedSymbols[k].name, definitions[k].hook, definitions[k].address);
  });
}

} // namespace benchmem::attached
