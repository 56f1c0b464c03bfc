#include "interposer/attached/loader_pointers.h"

#include <sys/auxv.h>

#include "interposer/attached/hooked_symbols.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

struct Replacement {
  void* from;
  void* to;
};
constexpr size_t kLoaderPointers = 4;
using Replacements = Replacement[kLoaderPointers];

bool replace_word(const ElfObject& loader, void** word, const Replacements& replacements, uint32_t* count) noexcept {
  void* value = load_slot(word);
  for (const Replacement& replacement : replacements) {
    if (value == replacement.from && !store_slot(loader, word, replacement.to)) return false;
    if (value == replacement.from || value == replacement.to) *count += 1;
  }
  return true;
}

bool replace_in_loader(const LoadedObjects& objects, const Replacements& replacements, uint32_t* count) noexcept {
  *count = 0;
  const uintptr_t loader_base = ::getauxval(AT_BASE);
  for (size_t i = 0; i < objects.size(); ++i) {
    if (objects[i].base != loader_base) continue;
    const ElfObject loader(loader_base, objects[i].headers, objects[i].header_count);
    for (size_t s = 0; s < loader.segment_count(); ++s) {
      const ElfW(Phdr)& segment = loader.segment(s);
      if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) == 0) continue;
      void** word = reinterpret_cast<void**>(loader_base + segment.p_vaddr);
      void** end = word + segment.p_memsz / sizeof(void*);
      for (; word < end; ++word) {
        if (!replace_word(loader, word, replacements, count)) return false;
      }
    }
  }
  return true;
}

// The first four of the list: malloc, calloc, realloc, free.
template <bool kToHooks>
void fill(Replacements& replacements) noexcept {
  for (size_t k = 0; k < kLoaderPointers; ++k) {
    void* definition = definitions[k].address;
    replacements[k] =
        kToHooks ? Replacement{definition, definitions[k].hook} : Replacement{definitions[k].hook, definition};
  }
}

} // namespace

bool patch_loader_pointers(const LoadedObjects& objects, uint32_t* count) noexcept {
  Replacements replacements;
  fill<true>(replacements);
  return replace_in_loader(objects, replacements, count);
}

bool restore_loader_pointers(const LoadedObjects& objects) noexcept {
  Replacements replacements;
  fill<false>(replacements);
  uint32_t count = 0;
  return replace_in_loader(objects, replacements, &count);
}

} // namespace benchmem::attached
