// Distinct stacks as paths of a trie: frames are interned, and a node is a frame below its caller's node.
// Under one lock of its owner's. Grows on pages of the kernel; where it is out of room it says so and stays whole.
#ifndef BENCHMEM_PROFILE_STACK_TABLE_H_
#define BENCHMEM_PROFILE_STACK_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "kernel/growing_pages.h"
#include "profile/frame_key.h"
#include "profile/id_index.h"

namespace benchmem::profile {

// How the step from a native frame to its caller was found: a FrameSource of callers/stack_walk.h; kNoRule: another frame.
using FrameRuleKind = uint8_t;
inline constexpr FrameRuleKind kNoRule = 255;

// A stack on its way in. Leaf first.
struct KeyedStack {
  const FrameKey* keys;
  const FrameRuleKind* rules;
  size_t count;
};

// The stack that a thread came with last: only what differs from it is looked up. Outermost frame first.
// PERF: from one allocation to the next 70 to 100 % of the frames are the same.
struct LastStack {
  FrameKey* keys;
  uint32_t* nodes;
  size_t count;
};

// INVARIANT: node 0 is the root and has no frame; a node's parent has a smaller id, so that no path has a cycle.
class StackTable {
 public:
  struct Node {
    uint32_t parent;
    uint32_t frame;
    uint32_t stack; // 0: no stack ends here
  };
  struct Limits {
    uint32_t frames;
    uint32_t nodes;
    uint32_t stacks;
  };
  enum class Refusal : uint8_t { kNone, kNoPages, kFull };

  // WHY: there are so many stacks, because that is what a block's note can name.
  static constexpr Limits kLimits{1u << 24, 1u << 26, (1u << 24) - 1};

  explicit constexpr StackTable(const Limits& limits = kLimits) noexcept : limits_(limits) {}

  // The number of a stack, from 1 on. 0: refused.
  uint32_t intern(const KeyedStack& stack, LastStack& last, Refusal* refusal) noexcept;
  // Everything is gone; whoever keeps a LastStack must empty it.
  void release() noexcept;

  // Frames and nodes are counted with their zeroth, which is none; stacks count from 1.
  uint32_t frame_count() const noexcept { return frame_count_; }
  uint32_t node_count() const noexcept { return node_count_; }
  uint32_t stack_count() const noexcept { return stack_count_; }
  FrameKey key_of(uint32_t frame) const noexcept { return frames_[frame].key; }
  FrameRuleKind rule_of(uint32_t frame) const noexcept { return frames_[frame].rule; }
  const Node& node(uint32_t id) const noexcept { return nodes_[id]; }
  uint32_t node_of(uint32_t stack) const noexcept { return stacks_[stack]; }

 private:
  struct Frame {
    FrameKey key;
    FrameRuleKind rule;
  };

  uint32_t frame_of(FrameKey key, FrameRuleKind rule, Refusal* refusal) noexcept;
  uint32_t child_of(uint32_t parent, uint32_t frame, Refusal* refusal) noexcept;
  uint32_t stack_of(uint32_t node, Refusal* refusal) noexcept;

  Limits limits_;
  GrowingPages<Frame> frames_;
  GrowingPages<Node> nodes_;
  GrowingPages<uint32_t> stacks_; // their nodes
  IdIndex frame_index_;
  IdIndex node_index_;
  uint32_t frame_count_ = 1;
  uint32_t node_count_ = 1;
  uint32_t stack_count_ = 0;
};

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_STACK_TABLE_H_
