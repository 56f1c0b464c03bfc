// From what an id stands for to the id: open addressing over 32-bit ids on pages of the kernel. An id is never taken
// out again. Must not know what the ids stand for: whoever asks brings the hash and the comparison.
#ifndef BENCHMEM_PROFILE_ID_INDEX_H_
#define BENCHMEM_PROFILE_ID_INDEX_H_

#include <cstddef>
#include <cstdint>

#include "kernel/growing_pages.h"

namespace benchmem::profile {

constexpr uint64_t spread(uint64_t value) noexcept {
  value = (value ^ value >> 32) * 0xd6e8feb86659fd93u;
  return value ^ value >> 32;
}

// INVARIANT: at most half of the slots are taken, so that each search ends at an empty one.
class IdIndex {
 public:
  // The id with that hash of which `is` says so; 0: none.
  template <class Is>
  uint32_t find(uint64_t hash, Is is) const noexcept {
    if (slots_.room() == 0) return 0;
    for (size_t at = hash & mask();; at = (at + 1) & mask()) {
      const uint32_t id = slots_[at];
      if (id == 0 || is(id)) return id;
    }
  }
  // An id that find() did not find. `hash_of` answers for the ids that move. False when the kernel refuses.
  template <class HashOf>
  bool add(uint32_t id, HashOf hash_of) noexcept {
    if (2 * (used_ + 1) > slots_.room() && !grow(hash_of)) return false;
    put(id, hash_of(id));
    ++used_;
    return true;
  }
  void release() noexcept {
    slots_.release();
    used_ = 0;
  }

 private:
  size_t mask() const noexcept { return slots_.room() - 1; }

  void put(uint32_t id, uint64_t hash) noexcept {
    size_t at = hash & mask();
    while (slots_[at] != 0) at = (at + 1) & mask();
    slots_[at] = id;
  }
  template <class HashOf>
  bool grow(HashOf hash_of) noexcept {
    GrowingPages<uint32_t> old = slots_;
    GrowingPages<uint32_t> larger;
    if (!larger.reserve(old.room() == 0 ? 1 : 2 * old.room())) return false;
    slots_ = larger;
    for (size_t at = 0; at != old.room(); ++at) {
      if (old[at] != 0) put(old[at], hash_of(old[at]));
    }
    old.release();
    return true;
  }

  GrowingPages<uint32_t> slots_; // WHY: a power of two, because the first pages hold one, and they double
  size_t used_ = 0;
};

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_ID_INDEX_H_
