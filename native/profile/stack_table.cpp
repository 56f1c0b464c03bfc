// Finding and making frames, nodes and stacks.

#include "profile/stack_table.h"

namespace benchmem::profile {

namespace {

using Refusal = StackTable::Refusal;

uint32_t refuse(Refusal why, Refusal* refusal) noexcept {
  *refusal = why;
  return 0;
}

} // namespace

uint32_t StackTable::frame_of(FrameKey key, FrameRuleKind rule, Refusal* refusal) noexcept {
  const auto is = [this, key](uint32_t id) noexcept { return frames_[id].key == key; };
  const uint32_t found = frame_index_.find(spread(key), is);
  if (found != 0) return found;
  if (frame_count_ > limits_.frames) return refuse(Refusal::kFull, refusal);
  if (!frames_.reserve(frame_count_ + 1)) return refuse(Refusal::kNoPages, refusal);
  frames_[frame_count_] = {key, rule};
  const auto hash_of = [this](uint32_t id) noexcept { return spread(frames_[id].key); };
  if (!frame_index_.add(frame_count_, hash_of)) return refuse(Refusal::kNoPages, refusal);
  return frame_count_++;
}

uint32_t StackTable::child_of(uint32_t parent, uint32_t frame, Refusal* refusal) noexcept {
  const auto hash = [](uint32_t above, uint32_t own) noexcept { return spread(uint64_t{above} << 32 | own); };
  const auto is = [=](uint32_t id) noexcept { return nodes_[id].parent == parent && nodes_[id].frame == frame; };
  const uint32_t found = node_index_.find(hash(parent, frame), is);
  if (found != 0) return found;
  if (node_count_ > limits_.nodes) return refuse(Refusal::kFull, refusal);
  if (!nodes_.reserve(node_count_ + 1)) return refuse(Refusal::kNoPages, refusal);
  nodes_[node_count_] = {parent, frame, 0};
  const auto hash_of = [=](uint32_t id) noexcept { return hash(nodes_[id].parent, nodes_[id].frame); };
  if (!node_index_.add(node_count_, hash_of)) return refuse(Refusal::kNoPages, refusal);
  return node_count_++;
}

uint32_t StackTable::stack_of(uint32_t node, Refusal* refusal) noexcept {
  if (nodes_[node].stack != 0) return nodes_[node].stack;
  if (stack_count_ == limits_.stacks) return refuse(Refusal::kFull, refusal);
  if (!stacks_.reserve(stack_count_ + 2)) return refuse(Refusal::kNoPages, refusal);
  stacks_[++stack_count_] = node;
  nodes_[node].stack = stack_count_;
  return stack_count_;
}

uint32_t StackTable::intern(const KeyedStack& stack, LastStack& last, Refusal* refusal) noexcept {
  const FrameKey* outermost = stack.keys + stack.count;
  size_t depth = 0;
  while (depth < stack.count && depth < last.count && last.keys[depth] == outermost[-1 - static_cast<long>(depth)]) {
    ++depth;
  }
  uint32_t node = depth == 0 ? 0 : last.nodes[depth - 1];
  last.count = depth;
  for (; depth < stack.count; ++depth) {
    const size_t at = stack.count - 1 - depth;
    const uint32_t frame = frame_of(stack.keys[at], stack.rules[at], refusal);
    node = frame == 0 ? 0 : child_of(node, frame, refusal);
    if (node == 0) return 0;
    last.keys[depth] = stack.keys[at];
    last.nodes[depth] = node;
    last.count = depth + 1;
  }
  return stack_of(node, refusal);
}

void StackTable::release() noexcept {
  frames_.release();
  nodes_.release();
  stacks_.release();
  frame_index_.release();
  node_index_.release();
  frame_count_ = 1;
  node_count_ = 1;
  stack_count_ = 0;
}

} // namespace benchmem::profile
