// The list of hooked symbols: the name, our entry point, and the true definition found in this process.
// Definitions are written by install() alone, before anything is hooked; the entry points read them unlocked.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_HOOKED_SYMBOLS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_HOOKED_SYMBOLS_H_

#include <cstddef>
#include <cstdint>

#include "interposer/attached/loaded_objects.h"

namespace benchmem::attached {

enum class SymbolFamily : uint8_t {
  kAllocator, // of the object that defines malloc
  kOperator,  // C++ new and delete: of libstdc++, or of the object that defines malloc
  kString,    // strdup and its kin: of the C library, whose way of copying is known
  kLoader,    // of the C library
};

struct HookedSymbol {
  const char* name;
  void* hook;
  SymbolFamily family;
};

struct Definition {
  void* address = nullptr; // nullptr: no such function here, or one whose behaviour is unknown: not hooked
  uintptr_t base = 0;      // of the object that defines it
};

inline constexpr size_t kHookedSymbolCount = 36;
extern const HookedSymbol kHookedSymbols[kHookedSymbolCount];
extern Definition definitions[kHookedSymbolCount];

// kHookedSymbolCount where the name is not on the list.
size_t find_hooked_symbol(const char* name) noexcept;
// nullptr where it is not hooked.
void* definition_of(const char* name) noexcept;

struct AllocatorIdentity {
  char name[32] = "";
  char version[32] = "";
};

// Finds what the program's own calls reach. Returns nullptr, or why it cannot be hooked.
const char* resolve_definitions(const LoadedObjects& objects, AllocatorIdentity* allocator) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_HOOKED_SYMBOLS_H_
