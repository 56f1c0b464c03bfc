// The table of notes: a taken slot is filled by those behind it that belong nearer to their home, so nothing is ever
// searched past an empty slot.

#include "profile/block_notes.h"

#include "profile/id_index.h"

namespace benchmem::profile {

namespace {

uint64_t granule_of(const void* block) noexcept { return reinterpret_cast<uintptr_t>(block) >> 4; }
uint64_t granule_in(uint64_t block_and_thread) noexcept { return block_and_thread >> BlockNotes::kThreadBits; }

} // namespace

size_t BlockNotes::home_of(uint64_t granule) const noexcept { return spread(granule) & mask(); }

// The granule's slot, or the empty one where its search ends.
size_t BlockNotes::find(uint64_t granule) const noexcept {
  size_t at = home_of(granule);
  while (slots_[at].block_and_thread != 0 && granule_in(slots_[at].block_and_thread) != granule) at = (at + 1) & mask();
  return at;
}

bool BlockNotes::grow() noexcept {
  GrowingPages<Slot> old = slots_;
  GrowingPages<Slot> larger;
  if (!larger.reserve(old.room() == 0 ? 1 : 2 * old.room())) return false;
  slots_ = larger;
  for (size_t at = 0; at != old.room(); ++at) {
    if (old[at].block_and_thread != 0) slots_[find(granule_in(old[at].block_and_thread))] = old[at];
  }
  old.release();
  return true;
}

bool BlockNotes::put(const void* block, const BlockNote& note) noexcept {
  if (4 * (used_ + 1) > 3 * slots_.room() && !grow()) return false;
  Slot& slot = slots_[find(granule_of(block))];
  if (slot.block_and_thread == 0) ++used_;
  slot = {granule_of(block) << kThreadBits | note.thread, uint64_t{note.stack} << kSerialBits | note.serial};
  return true;
}

BlockNote BlockNotes::take(const void* block) noexcept {
  if (used_ == 0) return {};
  size_t gap = find(granule_of(block));
  const Slot taken = slots_[gap];
  if (taken.block_and_thread == 0) return {};
  for (size_t at = (gap + 1) & mask(); slots_[at].block_and_thread != 0; at = (at + 1) & mask()) {
    const size_t home = home_of(granule_in(slots_[at].block_and_thread));
    if (((at - home) & mask()) < ((at - gap) & mask())) continue; // the gap lies before its home
    slots_[gap] = slots_[at];
    gap = at;
  }
  slots_[gap] = {};
  --used_;
  BlockNote note;
  note.serial = taken.stack_and_serial & ((uint64_t{1} << kSerialBits) - 1);
  note.stack = static_cast<uint32_t>(taken.stack_and_serial >> kSerialBits);
  note.thread = static_cast<uint32_t>(taken.block_and_thread & (kMostThreads - 1));
  return note;
}

void BlockNotes::release() noexcept {
  slots_.release();
  used_ = 0;
}

} // namespace benchmem::profile
