#include "v8_heap/js_frames.h"

namespace benchmem::v8_heap {
namespace {

// V8's tags, in builds whose words are whole: a pointer to an object is odd, a small integer is the upper half.
bool is_object(uintptr_t word) noexcept { return (word & 3) == 1; }
bool is_small_integer(uintptr_t word) noexcept { return (word & 0xffffffff) == 0 && static_cast<intptr_t>(word) >= 0; }

} // namespace

bool is_javascript_frame(const uintptr_t* frame_pointer) noexcept {
  return frame_pointer != nullptr && is_object(frame_pointer[-1]) && is_object(frame_pointer[-2]);
}

uintptr_t bytecode_address(const uintptr_t* frame_pointer, FrameSlots slots) noexcept {
  if (!is_javascript_frame(frame_pointer)) return 0;
  const uintptr_t array = frame_pointer[-slots.array];
  const uintptr_t offset = frame_pointer[-slots.offset];
  return is_object(array) && is_small_integer(offset) ? array + (offset >> 32) : 0;
}

FrameSlots SlotLearner::slots() const noexcept {
  const uint32_t possible = possible_.load(std::memory_order_acquire);
  if (possible == 0 || (possible & (possible - 1)) != 0) return {};
  const int bit = __builtin_ctz(possible);
  return {kFirstSlot + bit / kSlots, kFirstSlot + bit % kSlots};
}

SlotLearner::Verdict SlotLearner::verdict() const noexcept {
  if (possible_.load(std::memory_order_acquire) == 0) return Verdict::kRefused;
  return slots().known() ? Verdict::kKnown : Verdict::kUndecided;
}

SlotLearner::Verdict SlotLearner::learn(const uintptr_t* const* frame_pointers, size_t frames, const uintptr_t* sampled,
                                        size_t samples) noexcept {
  if (frames == 0 || frames != samples) return verdict();
  uint32_t explain_all = 0;
  for (int bit = 0; bit < kSlots * kSlots; ++bit) {
    const FrameSlots slots{kFirstSlot + bit / kSlots, kFirstSlot + bit % kSlots};
    bool explains = slots.array != slots.offset;
    for (size_t i = 0; explains && i < frames; ++i) explains = bytecode_address(frame_pointers[i], slots) == sampled[i];
    if (explains) explain_all |= uint32_t{1} << bit;
  }
  possible_.fetch_and(explain_all, std::memory_order_acq_rel);
  return verdict();
}

} // namespace benchmem::v8_heap
