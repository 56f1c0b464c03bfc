// Finds the true definition of each hooked symbol as the loader does: the first object in its order that has one.
// WHY not dlsym: the executable may answer with its own jump stub (a canonical PLT entry), which we hook.

#include <gnu/libc-version.h>

#include <cstring>
#include <initializer_list>

#include "interposer/attached/fixed_text.h"
#include "interposer/attached/hooked_symbols.h"

namespace benchmem::attached {
namespace {

struct Found {
  Definition definition;
  bool of_c_library = false;
  bool of_libstdcxx = false;
  bool indirect = false; // an IFUNC: its symbol holds a resolver, not the function
};

bool starts_with(const char* text, const char* prefix) noexcept {
  return std::strncmp(text, prefix, std::strlen(prefix)) == 0;
}

const char* file_name(const char* path) noexcept {
  const char* slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

void name_allocator(const ElfObject& object, const char* path, bool of_c_library, AllocatorIdentity* out) noexcept {
  if (of_c_library) {
    copy_text(out->name, "glibc");
    copy_text(out->version, ::gnu_get_libc_version());
    return;
  }
  const char* name = *object.soname() != '\0' ? object.soname() : file_name(path);
  copy_text(out->name, *name != '\0' ? name : "the executable's own");
  copy_text(out->version, "unknown");
}

void search_object(const ElfObject& object, const char* path, Found* found, AllocatorIdentity* allocator) noexcept {
  const bool is_c_library = starts_with(object.soname(), "libc.so.") || starts_with(object.soname(), "libdl.so.");
  for (size_t k = 0; k < kHookedSymbolCount; ++k) {
    if (found[k].definition.address != nullptr) continue;
    const ElfW(Sym)* symbol = object.find_definition(kHookedSymbols[k].name);
    if (symbol == nullptr) continue;
    // A symbol that an incomplete uninstall() left with us still has its definition on record.
    const bool is_ours = object.address_of(*symbol) == kHookedSymbols[k].hook;
    found[k].definition = is_ours ? definitions[k] : Definition{object.address_of(*symbol), object.base()};
    found[k].of_c_library = is_c_library;
    found[k].of_libstdcxx = starts_with(object.soname(), "libstdc++.so.");
    found[k].indirect = ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC;
    if (k == 0) name_allocator(object, path, is_c_library, allocator);
  }
}

// Whether we know what the function does well enough to stand in for it.
bool may_hook(SymbolFamily family, const Found& symbol, const Definition& allocator) noexcept {
  const bool of_allocator = symbol.definition.base == allocator.base;
  switch (family) {
    case SymbolFamily::kAllocator: return of_allocator;
    case SymbolFamily::kOperator: return of_allocator || symbol.of_libstdcxx;
    default: return symbol.of_c_library;
  }
}

const char* judge(const Found* found) noexcept {
  const Definition& malloc_definition = found[find_hooked_symbol("malloc")].definition;
  if (malloc_definition.address == nullptr) return "no loaded object defines malloc (a statically linked program)";
  for (const char* name : {"calloc", "realloc", "free"}) {
    const Definition& definition = found[find_hooked_symbol(name)].definition;
    if (definition.address == nullptr || definition.base != malloc_definition.base) {
      return "malloc, calloc, realloc and free come from different objects";
    }
  }
  for (size_t k = 0; k < kHookedSymbolCount; ++k) {
    if (found[k].indirect && may_hook(kHookedSymbols[k].family, found[k], malloc_definition)) {
      return "the allocator chooses its functions at load time (IFUNC)";
    }
  }
  return nullptr;
}

// A failed operator new goes on in the real scalar form: without one no form of the kind can be hooked.
void drop_operators_without_fallback() noexcept {
  for (size_t k = 1; k < kHookedSymbolCount; ++k) {
    const char* name = kHookedSymbols[k].name;
    if (starts_with(name, "_Zna") && definitions[k - 1].address == nullptr) definitions[k] = {};
  }
}

} // namespace

const char* resolve_definitions(const LoadedObjects& objects, AllocatorIdentity* allocator) noexcept {
  Found found[kHookedSymbolCount];
  for (size_t i = 0; i < objects.size(); ++i) {
    const ObjectHold hold(objects, objects[i]);
    if (!hold.held()) continue;
    const ElfObject object(objects[i].base, objects[i].headers, objects[i].header_count);
    search_object(object, objects.name(objects[i]), found, allocator);
  }
  const char* refusal = judge(found);
  if (refusal != nullptr) return refusal;
  for (size_t k = 0; k < kHookedSymbolCount; ++k) {
    const bool hook = may_hook(kHookedSymbols[k].family, found[k], found[0].definition);
    definitions[k] = hook ? found[k].definition : Definition{};
  }
  drop_operators_without_fallback();
  return nullptr;
}

} // namespace benchmem::attached
