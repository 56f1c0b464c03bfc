// Stores pointer-sized words into a loaded object whose page may be read-only.
// INVARIANT: the word is written by one atomic store, and the page has its own protection again afterwards.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_WRITABLE_WORD_H_
#define BENCHMEM_INTERPOSER_ATTACHED_WRITABLE_WORD_H_

#include <cstdint>

#include "interposer/attached/elf_object.h"

namespace benchmem::attached {

// False if the system refuses to make the page writable; then nothing was changed.
bool store_word(const ElfObject& object, uintptr_t* word, uintptr_t value) noexcept;

inline bool store_slot(const ElfObject& object, void** slot, void* value) noexcept {
  return store_word(object, reinterpret_cast<uintptr_t*>(slot), reinterpret_cast<uintptr_t>(value));
}
inline void* load_slot(void* const* slot) noexcept { return __atomic_load_n(slot, __ATOMIC_RELAXED); }

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_WRITABLE_WORD_H_
