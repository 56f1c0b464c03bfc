// An allocation profile a second time, as simply as it can be said: every event is kept with all that was live then, by
// whole stacks. Slow on purpose; shares nothing with native/profile.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace benchmem::profile {

using ModelStack = std::vector<uint64_t>; // outermost first, the thread's frame with it
// In the order of a reading's figures.
using ModelFigures = std::array<int64_t, 9>;
using ModelReading = std::map<ModelStack, ModelFigures>;

class ProfileModel {
 public:
  void allocated(int thread, const ModelStack& stack, uint64_t block, int64_t bytes) {
    counts_[stack].first += 1;
    counts_[stack].second += bytes;
    history_[thread].push_back(block);
    blocks_[block] = {stack, bytes, thread, history_[thread].size()};
    note();
  }
  void freed(int thread, uint64_t block) {
    release(thread, block);
    note();
  }
  // Both at one instant.
  void reallocated(int thread, const ModelStack& stack, uint64_t old_block, uint64_t block, int64_t bytes) {
    release(thread, old_block);
    allocated(thread, stack, block, bytes);
  }
  void contribute(int64_t bytes) {
    if (!drained_) other_ += bytes;
    note();
  }
  void drain() { drained_ = true; }

  int64_t program() const {
    int64_t sum = 0;
    for (const auto& [block, known] : blocks_) sum += known.bytes;
    return sum;
  }
  int64_t sum() const { return program() + other_; }
  int64_t highest_sum() const { return sum_mark_.highest; }
  int64_t highest_program() const { return own_mark_.highest; }

  ModelReading read() const {
    ModelReading reading;
    for (const auto& [stack, count] : counts_) {
      reading[stack][0] = count.first;
      reading[stack][1] = count.second;
    }
    for (const auto& [stack, count] : temporary_) reading[stack][2] = count;
    fill(reading, 3, held());
    fill(reading, 5, own_mark_.held);
    fill(reading, 7, sum_mark_.held);
    return reading;
  }

 private:
  using Held = std::map<ModelStack, std::pair<int64_t, int64_t>>; // blocks, bytes
  struct Block {
    ModelStack stack;
    int64_t bytes;
    int thread;
    size_t number; // of its thread's allocations
  };
  struct Mark {
    int64_t highest = 0;
    Held held;
  };

  static void fill(ModelReading& reading, size_t at, const Held& held) {
    for (const auto& [stack, both] : held) {
      reading[stack][at] = both.first;
      reading[stack][at + 1] = both.second;
    }
  }
  Held held() const {
    Held all;
    for (const auto& [block, known] : blocks_) {
      all[known.stack].first += 1;
      all[known.stack].second += known.bytes;
    }
    return all;
  }
  void raise(Mark& mark, int64_t value) {
    if (drained_ || value <= mark.highest) return;
    mark.highest = value;
    mark.held = held();
  }
  void note() {
    raise(own_mark_, program());
    raise(sum_mark_, sum());
  }
  // Temporary: the thread's own, and the last or the last but one of its allocations.
  void release(int thread, uint64_t block) {
    const Block& known = blocks_.at(block);
    const size_t since = history_[thread].size() - known.number;
    if (!drained_ && known.thread == thread && since < 2) temporary_[known.stack] += 1;
    blocks_.erase(block);
  }

  std::map<uint64_t, Block> blocks_;
  std::map<ModelStack, std::pair<int64_t, int64_t>> counts_;
  std::map<ModelStack, int64_t> temporary_;
  std::map<int, std::vector<uint64_t>> history_;
  int64_t other_ = 0;
  bool drained_ = false;
  Mark own_mark_;
  Mark sum_mark_;
};

} // namespace benchmem::profile
