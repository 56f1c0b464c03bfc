// Walking from a frame to its callers' by rules already known: no table is read here, only the stack.
// Must not read the stack anywhere but upwards, aligned, from where the walk began to its limit.
#ifndef BENCHMEM_CALLERS_FRAME_STEP_H_
#define BENCHMEM_CALLERS_FRAME_STEP_H_

#include <cstdint>

#include "callers/frame_rule.h"
#include "callers/machine.h"

namespace benchmem::callers {

// INVARIANT: stack() is the stack pointer right after the call that the walk stands at returns. It only
// grows.
class FrameWalk {
 public:
  // Within 1 MiB. Null: the walk takes no step.
  explicit FrameWalk(const void* stack) noexcept
      : FrameWalk(stack, stack == nullptr ? 0 : reinterpret_cast<uintptr_t>(stack) + kMaxDistance) {}
  // `limit`: the first address that may not be read, word aligned.
  FrameWalk(const void* stack, uintptr_t limit) noexcept : stack_(reinterpret_cast<uintptr_t>(stack)), limit_(limit) {}

  uintptr_t stack() const noexcept { return stack_; }
  uintptr_t limit() const noexcept { return limit_; }
  uintptr_t frame_pointer() const noexcept { return frame_pointer_; }
  bool knows_frame_pointer() const noexcept { return knows_frame_pointer_; }
  void set_frame_pointer(uintptr_t value) noexcept {
    frame_pointer_ = value;
    knows_frame_pointer_ = true;
  }
  // Of the frame that the last step arrived in.
  const void* return_address() const noexcept { return reinterpret_cast<const void*>(return_address_); }

  void forget_frame_pointer() noexcept { knows_frame_pointer_ = false; }
  // False: stack() is only a bound that the stack pointer is not below. So it is on a machine whose frame pointers do not
  // end their frames, behind a frame that was left by its frame pointer alone.
  bool knows_stack() const noexcept { return kOwn.frame_pointer_ends_frame || knows_stack_; }
  void forget_stack() noexcept { knows_stack_ = false; }
  // The walk stands farther up, as something else than a rule found.
  void move_to(uintptr_t stack, const void* return_address) noexcept {
    stack_ = stack;
    return_address_ = reinterpret_cast<uintptr_t>(return_address);
    knows_stack_ = true;
  }

  // Leaves the frame that `rule` belongs to. False: no rule, or one that leads nowhere sensible; the walk is
  // over.
  bool step(const FrameRule& rule) noexcept {
    if (!rule.exists() || (rule.from_frame_pointer && !knows_frame_pointer_)) return false;
    if (!knows_stack() && !may_find_record(rule)) return false;
    const uintptr_t cfa = cfa_of(rule);
    if (cfa <= stack_ || cfa > limit_ || cfa % kWord != 0) return false;
    const uintptr_t return_slot = cfa - (kOwn.pushes_return_address ? 1 : rule.return_words) * kWord;
    if (!kOwn.pushes_return_address && return_slot < stack_) return false;
    const uintptr_t return_address = without_signature(read_word(return_slot));
    if (!may_return_to(return_address)) return false;
    if (rule.saved_pointer_words != 0) {
      const uintptr_t slot = cfa - rule.saved_pointer_words * kWord;
      if (slot < stack_) return false;
      set_frame_pointer(read_word(slot));
    }
    return_address_ = return_address;
    stack_ = cfa;
    knows_stack_ = true;
    return true;
  }

  // Whether it can be one at all.
  static bool may_return_to(uintptr_t address) noexcept {
    return address != 0 && address >> kUserAddressBits == 0 && address % kOwn.instruction_bytes == 0;
  }
  // The signature stands above the address, except for bit 55, which says that the address is a program's.
  static uintptr_t without_signature(uintptr_t address) noexcept {
    constexpr uintptr_t kSignature = ~uintptr_t{0} << kUserAddressBits & ~(uintptr_t{1} << 55);
    return kOwn.signs_return_addresses ? address & ~kSignature : address;
  }

 private:
  static constexpr uintptr_t kWord = sizeof(void*);
  static constexpr uintptr_t kMaxDistance = 1 << 20;

  // Where the stack pointer is not known, the frame pointer leads to the record that the rule places.
  bool may_find_record(const FrameRule& rule) const noexcept {
    return knows_frame_pointer_ && (rule.from_frame_pointer || rule.saved_pointer_words != 0);
  }
  uintptr_t cfa_of(const FrameRule& rule) const noexcept {
    if (rule.from_frame_pointer) return frame_pointer_ + rule.cfa_words * kWord;
    return knows_stack() ? stack_ + rule.cfa_words * kWord : frame_pointer_ + rule.saved_pointer_words * kWord;
  }

  // SAFETY: the thread's own live stack, above its stack pointer: what lies there belongs to frames still
  // running.
  __attribute__((no_sanitize("address"))) static uintptr_t read_word(uintptr_t address) noexcept {
    return *reinterpret_cast<const volatile uintptr_t*>(address);
  }

  uintptr_t stack_;
  uintptr_t limit_;
  uintptr_t frame_pointer_ = 0;
  uintptr_t return_address_ = 0;
  bool knows_frame_pointer_ = false;
  bool knows_stack_ = true;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_FRAME_STEP_H_
