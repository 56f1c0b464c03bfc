// Writing and forgetting cached answers; see answer_cache.h for the word's layout.

#include "callers/answer_cache.h"

namespace benchmem::callers {

alignas(64) std::atomic<uint64_t> answer_cache[kSlots];

namespace {

uint64_t payload_of(const Answer& answer) noexcept { return uint64_t{answer.frame_rule} << 8 | answer.object; }

} // namespace

// PERF: two busy call sites of one slot must not push each other out in turn, each time at the price of a
// lock: the second one lives in the neighbouring slot.
void remember(const void* address, const Answer& answer) noexcept {
  const AnswerKey key(address);
  std::atomic<uint64_t>& own = answer_cache[key.slot()];
  std::atomic<uint64_t>& other = answer_cache[key.other_slot()];
  const uint64_t own_word = key.expected() | payload_of(answer);
  const uint64_t in_own = own.load(std::memory_order_relaxed);
  const uint64_t in_other = other.load(std::memory_order_relaxed);
  const bool is_in_own = (in_own ^ own_word) <= kPayload;
  const bool is_in_other = (in_other ^ own_word ^ kDisplaced) <= kPayload;
  if (is_in_other || (!is_in_own && in_own != 0 && in_other == 0)) {
    other.store(own_word | kDisplaced, std::memory_order_release);
  } else {
    own.store(own_word, std::memory_order_release);
  }
}

void forget_everything() noexcept {
  for (std::atomic<uint64_t>& slot : answer_cache) slot.store(0, std::memory_order_release);
}

void forget_answers(const IdSet& objects) noexcept {
  for (std::atomic<uint64_t>& slot : answer_cache) {
    const uint64_t word = slot.load(std::memory_order_relaxed);
    if (word != 0 && objects.has(unpack_answer(word).object)) slot.store(0, std::memory_order_release);
  }
}

} // namespace benchmem::callers
