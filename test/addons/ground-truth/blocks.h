// The script's blocks: makes each allocation call, fills the block, and checks every byte before it changes hands.
// Must not allocate anything but what the script says: failures go to a fixed buffer.
#ifndef GROUND_TRUTH_BLOCKS_H_
#define GROUND_TRUTH_BLOCKS_H_

#include <atomic>

#include "script.h"

namespace ground_truth {

// What went wrong while the script ran: a count, and the first messages.
class Failures {
 public:
  static constexpr uint32_t kKept = 16;
  static constexpr size_t kMessageBytes = 160;

  void clear() noexcept { count_ = 0; }
  void add(const Step& step, const char* what) noexcept;
  uint32_t count() const noexcept { return count_; }
  const char* message(uint32_t index) const noexcept { return messages_[index]; }

 private:
  std::atomic<uint32_t> count_{0};
  char messages_[kKept][kMessageBytes] = {};
};

// Which call gave the block, and so which one must take it back.
enum class Origin : uint8_t { kMalloc, kNew, kNewArray, kNewAligned };

struct Block {
  unsigned char* address;
  size_t requested;
  size_t usable;
  size_t alignment;
  uint64_t seed;
  Origin origin;
  Pattern pattern;
};

// Runs one step on its slot. Any thread; two threads never share a slot between two meetings.
void run_step(const Step& step, Block* blocks, Failures* failures) noexcept;

// Frees a block that the script left behind, after checking it.
void drop_block(uint32_t slot, Block* block, Failures* failures) noexcept;

} // namespace ground_truth

#endif // GROUND_TRUTH_BLOCKS_H_
