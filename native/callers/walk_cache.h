// What walks remember of return addresses: how to leave the frame there. Read without a lock by everybody; written and
// forgotten under the callers' one lock. Not the answer cache, where a frame rule means that a call counts as its caller's.
#ifndef BENCHMEM_CALLERS_WALK_CACHE_H_
#define BENCHMEM_CALLERS_WALK_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/answer_cache.h"
#include "callers/callers.h"
#include "callers/frame_rule.h"

namespace benchmem::callers {

enum class StepKind : uint8_t {
  kUnset = 0,
  kTable = 1,     // the rule, from the object's unwind table
  kCode = 2,      // the rule, from the machine code
  kPointer = 3,   // the frame pointer's rule: JIT code, V8's builtins
  kOutermost = 4, // nobody called
  kRow = 5,       // the table's row, which no rule can say
  kNone = 6,      // nothing is known: the walk ends here
};

struct Step {
  StepKind kind = StepKind::kUnset;
  ObjectId object = kUnknownObject;
  FrameRule rule;
};

// INVARIANT: a slot is 0 (empty) or one whole step in one word:
//   tag 31 | kind 4 | frame rule 21 | object id 8
// Slot and tag are the address by the answer cache's bijection: no false hits. What is displaced is asked anew.
class WalkCache {
 public:
  bool look_up(const void* address, Step* out) const noexcept {
    const uint64_t key = spread(address);
    const uint64_t word = slots_[key >> (64 - kBits)].load(std::memory_order_acquire);
    const uint64_t payload = word ^ (key << kBits);
    if (payload > kPayload || payload <= kPayload >> 4) return false;
    *out = {static_cast<StepKind>(payload >> 29), static_cast<ObjectId>(payload),
            FrameRule::unpack(static_cast<uint32_t>(payload >> 8) & ((1u << kFrameRuleBits) - 1))};
    return true;
  }

  // The callers' lock must be held for these.
  void remember(const void* address, const Step& step) noexcept {
    const uint64_t key = spread(address);
    const uint64_t payload =
        uint64_t{static_cast<uint8_t>(step.kind)} << 29 | uint64_t{step.rule.packed()} << 8 | step.object;
    slots_[key >> (64 - kBits)].store((key << kBits) | payload, std::memory_order_release);
    is_used_ = true;
  }
  // PERF: what no profile has used is not looked through at each dlopen.
  void forget(const IdSet& objects) noexcept {
    if (!is_used_) return;
    for (std::atomic<uint64_t>& slot : slots_) {
      const uint64_t word = slot.load(std::memory_order_relaxed);
      if (word != 0 && objects.has(static_cast<ObjectId>(word))) slot.store(0, std::memory_order_release);
    }
  }
  void forget_everything() noexcept {
    if (!is_used_) return;
    for (std::atomic<uint64_t>& slot : slots_) slot.store(0, std::memory_order_release);
  }

 private:
  static constexpr unsigned kBits = kAddressBits - 31;
  static constexpr uint64_t kPayload = (uint64_t{1} << (64 - (kAddressBits - kBits))) - 1;
  static_assert(kPayload >> 33 == 0 && kFrameRuleBits + 8 == 29, "the parts fill the word");

  static uint64_t spread(const void* address) noexcept { return reinterpret_cast<uintptr_t>(address) * kSpread; }

  std::atomic<uint64_t> slots_[size_t{1} << kBits] = {};
  bool is_used_ = false;
};

extern WalkCache walk_cache __attribute__((visibility("hidden")));

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_WALK_CACHE_H_
