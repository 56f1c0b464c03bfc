// Finds the true definition of each hooked symbol as the loader does: the first object in its order that has one.
// WHY: dlsym is not asked, because the executable may answer with its own jump stub (a canonical PLT entry), which we
// hook.

#include <gnu/libc-version.h>

#include <cstring>
#include <initializer_list>

#include "interposer/attached/allocator_operators.h"
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
    const bool is_ours = object.address_of(*symbol) == definitions[k].hook;
    found[k].definition =
        is_ours ? definitions[k] : Definition{object.address_of(*symbol), nullptr, object.base(), false};
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
    case SymbolFamily::kScalarOperator:
    case SymbolFamily::kArrayOperator: return of_allocator || symbol.of_libstdcxx;
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

// WHY: such a one stays hooked, because a small block from inside a window is larger than the size its owner will pass,
// and an allocator takes that size at its word.
bool is_sized_delete(const char* name) noexcept { return starts_with(name, "_ZdlPvm") || starts_with(name, "_ZdaPvm"); }

template <class Function>
void set_real(const char* name, uintptr_t allocator, Function** out) noexcept {
  const Definition& definition = definitions[find_hooked_symbol(name)];
  *out = definition.base == allocator ? reinterpret_cast<Function*>(definition.address) : nullptr;
}

// Where the allocator's object defines operators: each hook of theirs must find the real ones it calls.
const char* learn_operators(uintptr_t allocator) noexcept {
  OperatorSet& scalar = ScalarOperators::real;
  OperatorSet& array = ArrayOperators::real;
  set_real("_Znwm", allocator, &scalar.allocate);
  set_real("_ZnwmRKSt9nothrow_t", allocator, &scalar.allocate_nothrow);
  set_real("_ZnwmSt11align_val_t", allocator, &scalar.allocate_aligned);
  set_real("_ZnwmSt11align_val_tRKSt9nothrow_t", allocator, &scalar.allocate_aligned_nothrow);
  set_real("_ZdlPv", allocator, &scalar.release);
  set_real("_Znam", allocator, &array.allocate);
  set_real("_ZnamRKSt9nothrow_t", allocator, &array.allocate_nothrow);
  set_real("_ZnamSt11align_val_t", allocator, &array.allocate_aligned);
  set_real("_ZnamSt11align_val_tRKSt9nothrow_t", allocator, &array.allocate_aligned_nothrow);
  set_real("_ZdaPv", allocator, &array.release);
  for (const OperatorSet& set : {scalar, array}) {
    const bool any = set.allocate != nullptr || set.allocate_nothrow != nullptr || set.release != nullptr;
    const bool all = set.allocate != nullptr && set.allocate_nothrow != nullptr && set.release != nullptr;
    const bool aligned_fit = (set.allocate_aligned == nullptr) == (set.allocate_aligned_nothrow == nullptr);
    if (any != all || !aligned_fit) return "the allocator defines some forms of operator new only";
  }
  return nullptr;
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
  const Found& malloc_symbol = found[find_hooked_symbol("malloc")];
  const uintptr_t allocator_base = malloc_symbol.definition.base;
  separate_allocator_base = malloc_symbol.of_c_library ? kNoObject : allocator_base;
  for (size_t k = 0; k < kHookedSymbolCount; ++k) {
    const HookedSymbol& symbol = kHookedSymbols[k];
    definitions[k] = Definition{};
    if (!may_hook(symbol.family, found[k], malloc_symbol.definition)) continue;
    definitions[k] = found[k].definition;
    const bool by_allocator = found[k].definition.base == allocator_base && symbol.allocator_hook != nullptr;
    definitions[k].hook = by_allocator ? symbol.allocator_hook : symbol.hook;
    definitions[k].for_good = by_allocator && is_sized_delete(symbol.name);
  }
  return learn_operators(allocator_base);
}

} // namespace benchmem::attached
