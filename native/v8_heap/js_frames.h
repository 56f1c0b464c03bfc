// Which JavaScript a walked frame runs. Where an interpreted frame keeps its bytecode is not known: it is learned from
// V8's own sample of the same stack, and anything that does not fit refuses JavaScript frames altogether.
// Knows no V8 and no lock; nothing here allocates.
#ifndef BENCHMEM_V8_HEAP_JS_FRAMES_H_
#define BENCHMEM_V8_HEAP_JS_FRAMES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "v8_heap/code_map.h"

namespace benchmem::v8_heap {

// Words below the frame pointer.
struct FrameSlots {
  int array = 0;  // the array of bytecodes, a tagged pointer
  int offset = 0; // what is executed in it, a small integer: bytes from the tagged pointer
  bool known() const noexcept { return array != 0; }
};

// The address that is executed, as V8's samples have it; 0: this is no interpreted frame (V8's frames of other types have a
// marker where JavaScript's have their context), or the slots hold something else.
uintptr_t bytecode_address(const uintptr_t* frame_pointer, FrameSlots slots) noexcept;
bool is_javascript_frame(const uintptr_t* frame_pointer) noexcept;

// One layout for the whole process: all isolates are of one V8. Any thread.
class SlotLearner {
 public:
  enum class Verdict { kUndecided, kKnown, kRefused };

  FrameSlots slots() const noexcept;
  Verdict verdict() const noexcept;
  // The interpreted frames of one stack and the bytecode addresses that V8 samples of it, both leaf first. Where their
  // numbers differ nothing is learned: V8 takes no sample at times.
  // INVARIANT: a layout stays possible as long as it explains every address of every sample.
  Verdict learn(const uintptr_t* const* frame_pointers, size_t frames, const uintptr_t* sampled,
                size_t samples) noexcept;

 private:
  static constexpr int kFirstSlot = 3; // -1 and -2 are the context and the function, in every version
  static constexpr int kLastSlot = 6;
  static constexpr int kSlots = kLastSlot - kFirstSlot + 1;
  static constexpr uint32_t kAll = (uint32_t{1} << (kSlots * kSlots)) - 1;

  // A bit for each pair of slots. 0: no layout explains what was seen.
  std::atomic<uint32_t> possible_{kAll};
};

constexpr uint64_t kJavaScriptFrame = uint64_t{1} << 63;
constexpr uint64_t frame_key(const CodePlace& place) noexcept {
  return kJavaScriptFrame | (uint64_t{place.function} << 32) | place.position_plus_one;
}

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_JS_FRAMES_H_
