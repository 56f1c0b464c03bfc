// Which stack allocated each live block, which thread, and at which of its allocations: what a free must know.
// Under one lock of its owner's. Open addressing by the block's address, on pages of the kernel.
//
// WHY: notes do not stand beside the shadow map's entries, because those have no bit left, and a second map like it
// takes 8 bytes for each 16 of the heap that holds blocks (a page for each block of 2 KiB). Here a live block takes 16
// bytes in a table that is three eighths to three quarters full.
#ifndef BENCHMEM_PROFILE_BLOCK_NOTES_H_
#define BENCHMEM_PROFILE_BLOCK_NOTES_H_

#include <cstddef>
#include <cstdint>

#include "kernel/growing_pages.h"

namespace benchmem::profile {

struct BlockNote {
  uint64_t serial = 0; // of the thread's allocations
  uint32_t stack = 0;  // 0: no note
  uint32_t thread = 0;

  bool exists() const noexcept { return stack != 0; }
};

class BlockNotes {
 public:
  // What fits into a note: a block's address is a multiple of 16 below 2^48.
  static constexpr unsigned kThreadBits = 20, kStackBits = 24, kSerialBits = 40;
  static constexpr uint32_t kMostThreads = 1u << kThreadBits;

  // In place of what is known of the address. False when the kernel refuses: nothing is changed.
  bool put(const void* block, const BlockNote& note) noexcept;
  // The note of a block, which has none afterwards.
  BlockNote take(const void* block) noexcept;
  void release() noexcept;

  size_t count() const noexcept { return used_; }

 private:
  // granule 44 bits | thread 20, then stack 24 | serial 40. All zero: empty.
  struct Slot {
    uint64_t block_and_thread;
    uint64_t stack_and_serial;
  };

  size_t mask() const noexcept { return slots_.room() - 1; }
  size_t home_of(uint64_t granule) const noexcept;
  size_t find(uint64_t granule) const noexcept;
  bool grow() noexcept;

  GrowingPages<Slot> slots_;
  size_t used_ = 0;
};

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_BLOCK_NOTES_H_
