// The table of hooked symbols, expanded from interposer/symbols.def: the name, our entry point, and the true definition found in this process.
// Definitions are written by install() alone, before anything is hooked; the entry points read them unlocked.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_HOOKED_SYMBOLS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_HOOKED_SYMBOLS_H_

#include <cstddef>
#include <cstdint>

#include "interposer/attached/loaded_objects.h"

namespace benchmem::attached {

enum class SymbolFamily : uint8_t {
  kAllocator,      // of the object that defines malloc
  kScalarOperator, // C++ new and delete: of libstdc++, or of the object that defines malloc
  kArrayOperator,  // the same for new[] and delete[]
  kString,         // strdup and its kin: of the C library, whose way of copying is known
  kLoader,         // of the C library
  kMapping,        // of the C library: mmap and its kin
};

// INVARIANT: there is none without a name and a hook, so a table that lacks one of the list does not compile.
struct HookedSymbol {
  template <class Function>
  HookedSymbol(const char* symbol, SymbolFamily its_family, Function* its_hook, Function* operators_hook) noexcept
      : name(symbol),
        family(its_family),
        hook(reinterpret_cast<void*>(its_hook)),
        allocator_hook(reinterpret_cast<void*>(operators_hook)) {}
  template <class Function>
  HookedSymbol(const char* symbol, SymbolFamily its_family, Function* its_hook) noexcept
      : HookedSymbol(symbol, its_family, its_hook, static_cast<Function*>(nullptr)) {}

  const char* name;
  SymbolFamily family;
  void* hook;
  void* allocator_hook; // operators only: where the allocator's own object defines it
};

// What the program's calls reached before us, and what they reach while we are installed.
struct Definition {
  void* address = nullptr; // nullptr: no such function here, or one whose behaviour is unknown: not hooked
  void* hook = nullptr;
  uintptr_t base = 0;    // of the object that defines it
  bool for_good = false; // stays hooked after an uninstall()
};

inline constexpr size_t kHookedSymbolCount = 0
#define BENCHMEM_HOOKED_ANY(id, symbol, family) +1
#include "interposer/symbols.def"
    ;
extern const HookedSymbol kHookedSymbols[kHookedSymbolCount];
extern Definition definitions[kHookedSymbolCount];
// Base of an allocator that is not the C library: its calls of its own functions are its own business.
inline constexpr uintptr_t kNoObject = UINTPTR_MAX; // not 0: an executable at a fixed address has that base
extern uintptr_t separate_allocator_base;

// kHookedSymbolCount where the name is not on the list.
size_t find_hooked_symbol(const char* name) noexcept;
// nullptr if it is not hooked.
void* definition_of(const char* name) noexcept;

struct AllocatorIdentity {
  char name[32] = "";
  char version[32] = "";
};

// Finds what the program's own calls reach. Returns nullptr, or why it cannot be hooked.
const char* resolve_definitions(const LoadedObjects& objects, AllocatorIdentity* allocator) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_HOOKED_SYMBOLS_H_
