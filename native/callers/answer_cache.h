// The table from a call's return address to its answer: an object id, or the rule that leads to the caller's
// caller. Read without a lock by everybody; written under the callers' one lock.
#ifndef BENCHMEM_CALLERS_ANSWER_CACHE_H_
#define BENCHMEM_CALLERS_ANSWER_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/callers.h"
#include "callers/frame_rule.h"

namespace benchmem::callers {

// INVARIANT: a slot is 0 (empty) or one whole answer in one word:
//   tag 33 | valid 1 | displaced 1 | frame rule 21 | object id 8
// The bits of an address (47 on x86-64) are multiplied by an odd number modulo 2^47. That is a bijection, so 14 bits
// of the product pick the slot, the other 33 are the tag, and slot and tag together are the address: no false
// hits. A machine whose addresses have a bit more has twice the slots.
inline constexpr unsigned kAddressBits = kUserAddressBits;
inline constexpr unsigned kSlotBits = kAddressBits - 33;
inline constexpr size_t kSlots = size_t{1} << kSlotBits;
inline constexpr unsigned kTagShift = 64 - (kAddressBits - kSlotBits);
inline constexpr uint64_t kSpread = 0x9E3779B97F4A7C15u << (64 - kAddressBits);
inline constexpr uint64_t kValid = uint64_t{1} << 30;
inline constexpr uint64_t kDisplaced = uint64_t{1} << 29;
inline constexpr uint64_t kPayload = kDisplaced - 1;
static_assert(kTagShift == 31 && 8 + kFrameRuleBits == 29, "the parts fill the word");

class AnswerKey {
 public:
  explicit AnswerKey(const void* address) noexcept : spread_(reinterpret_cast<uintptr_t>(address) * kSpread) {}
  size_t slot() const noexcept { return spread_ >> (64 - kSlotBits); }
  // An address that finds its own slot taken may be kept in the neighbour's, marked as displaced.
  size_t other_slot() const noexcept { return slot() ^ 1; }
  // A slot that answers for this address differs from this word in its payload only.
  uint64_t expected() const noexcept { return (spread_ << kSlotBits) | kValid; }

 private:
  uint64_t spread_;
};

extern std::atomic<uint64_t> answer_cache[kSlots] __attribute__((visibility("hidden")));

// What is known of a call site: the object it lies in, and (never 0) how to step over its frame where it
// should be.
struct Answer {
  ObjectId object = kUnknownObject;
  uint32_t frame_rule = 0; // FrameRule::packed(), 0: the object is the answer
};

inline Answer unpack_answer(uint64_t payload) noexcept {
  return {static_cast<ObjectId>(payload & 0xff), static_cast<uint32_t>(payload >> 8 & ((1u << kFrameRuleBits) - 1))};
}

// False: not cached.
inline bool look_up(const void* address, Answer* out) noexcept {
  const AnswerKey key(address);
  uint64_t payload = answer_cache[key.slot()].load(std::memory_order_acquire) ^ key.expected();
  if (__builtin_expect(payload > kPayload, 0)) {
    payload = answer_cache[key.other_slot()].load(std::memory_order_acquire) ^ (key.expected() | kDisplaced);
    if (payload > kPayload) return false;
  }
  *out = unpack_answer(payload);
  return true;
}

// The callers' lock must be held for these.
void remember(const void* address, const Answer& answer) noexcept;
void forget_everything() noexcept;
// A set of object ids.
struct IdSet {
  uint64_t words[kObjectIds / 64] = {};
  void add(ObjectId id) noexcept { words[id / 64] |= uint64_t{1} << (id % 64); }
  bool has(ObjectId id) const noexcept { return (words[id / 64] >> (id % 64) & 1) != 0; }
  bool empty() const noexcept { return (words[0] | words[1] | words[2] | words[3]) == 0; }
};
void forget_answers(const IdSet& objects) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ANSWER_CACHE_H_
