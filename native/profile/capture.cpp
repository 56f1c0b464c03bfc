#include "profile/capture.h"

#include <cstddef>

namespace benchmem::profile {

// The C struct is the walk's frame under another name.
static_assert(sizeof(benchmem_walked_frame) == sizeof(WalkedFrame));
static_assert(offsetof(benchmem_walked_frame, frame_pointer) == offsetof(WalkedFrame, frame_pointer));
static_assert(offsetof(benchmem_walked_frame, object) == offsetof(WalkedFrame, object));
static_assert(offsetof(benchmem_walked_frame, rule) == offsetof(WalkedFrame, rule));

void capture(ThreadTrace* trace, const CallSite& site, const Annotator& annotator) noexcept {
  const WalkedStack stack = walk_stack(site, trace->walked, ThreadTrace::kMostWalked);
  for (size_t i = 0; i != stack.count; ++i) {
    trace->keys[i] = native_key(trace->walked[i].object, trace->walked[i].pc);
  }
  if (annotator.function != nullptr) {
    const auto* frames = reinterpret_cast<const benchmem_walked_frame*>(trace->walked);
    annotator.function(frames, stack.count, trace->keys, annotator.context);
  }
  for (size_t i = 0; i != stack.count; ++i) {
    trace->rules[i] = is_native(trace->keys[i]) ? FrameRuleKind{trace->walked[i].rule} : kNoRule;
  }
  trace->count = stack.count;
  if (stack.end == WalkEnd::kOutermost) return;
  trace->keys[trace->count] = kTruncated;
  trace->rules[trace->count++] = kNoRule;
}

} // namespace benchmem::profile
