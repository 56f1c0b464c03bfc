#include "interposer/attached/writable_word.h"

#include <sys/mman.h>
#include <unistd.h>

namespace benchmem::attached {

bool store_word(const ElfObject& object, uintptr_t* word, uintptr_t value) noexcept {
  const int protection = object.protection_at(word);
  if (protection == -1) return false;
  if ((protection & PROT_WRITE) != 0) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
    return true;
  }
  const uintptr_t page_bytes = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  void* page = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(word) & ~(page_bytes - 1));
  // SAFETY: the page keeps what it allows already, since other threads read it and may execute it meanwhile.
  if (::mprotect(page, page_bytes, protection | PROT_WRITE) != 0) return false;
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
  ::mprotect(page, page_bytes, protection);
  return true;
}

} // namespace benchmem::attached
