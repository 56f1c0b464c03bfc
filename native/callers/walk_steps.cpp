#include "callers/walk_steps.h"

#include <sys/uio.h>
#include <unistd.h>

#include "callers/call_check.h"
#include "callers/code_rule.h"
#include "callers/frame_row.h"
#include "callers/known_objects.h"
#include "kernel/raw_pages.h"

namespace benchmem::callers {

namespace {

// push rbp; mov rbp, rsp (stp x29, x30, [sp, -16]!; mov x29, sp): what frames of JIT code and V8's builtins begin with.
FrameRule frame_pointer_rule() noexcept {
  FrameRule rule;
  rule.from_frame_pointer = true;
  rule.cfa_words = 2;
  rule.saved_pointer_words = 2;
  return rule;
}

CodeImage code_image_at(uintptr_t address) noexcept {
  const AddressRange code = known.objects.readable_code(address);
  return {reinterpret_cast<const uint8_t*>(code.begin), code.end - code.begin, code.begin};
}

// 0 where nothing can be read. WHY: the kernel reads it, because the bytes that name the address may only look like an
// instruction.
uint64_t pointer_at(uint64_t address) noexcept {
  uint64_t value = 0;
  const iovec to{&value, sizeof value};
  const iovec from{reinterpret_cast<void*>(address), sizeof value};
  const bool was_read = process_vm_readv(getpid(), &to, 1, &from, 1, 0) == ssize_t{sizeof value};
  return was_read ? value : 0;
}

// What the call says that a rule leads to which is not the table's. With the lock held, which makes the room free. WHY:
// this is strict, because a guess that is wrong mostly ends in a word that is no return address, or in one that an
// earlier call left there.
CallVerdict verdict_of(const FrameRule& rule, const void* return_address, FrameWalk walk,
                       CodeSearchRoom* room) noexcept {
  if (!walk.step(rule)) return CallVerdict::kNoCall;
  const uintptr_t caller = reinterpret_cast<uintptr_t>(walk.return_address());
  if (!kOwn.has_readable_code) {
    return follows_arm64_call(code_image_at(caller - 1), caller) ? CallVerdict::kUndecided : CallVerdict::kNoCall;
  }
  const GuessedFrame frame{reinterpret_cast<uintptr_t>(return_address), rule};
  return check_call({code_image_at, pointer_at}, caller, frame, room);
}

// Collects guesses in the order of their likelihood, and keeps the first that its call agrees to, else the first that
// none contradicts.
class BestGuess {
 public:
  BestGuess(const void* return_address, const FrameWalk& walk, CodeSearchRoom* room) noexcept
      : return_address_(return_address), walk_(walk), room_(room) {}

  void take(StepKind kind, const FrameRule& rule) noexcept {
    if (verdict_ == CallVerdict::kAgrees) return;
    const CallVerdict verdict = verdict_of(rule, return_address_, walk_, room_);
    if (verdict < CallVerdict::kUndecided || verdict <= verdict_) return;
    verdict_ = verdict;
    kind_ = kind;
    rule_ = rule;
  }
  Step step(ObjectId object) const noexcept { return {kind_, object, rule_}; }

 private:
  const void* return_address_;
  const FrameWalk& walk_;
  CodeSearchRoom* room_;
  CallVerdict verdict_ = CallVerdict::kNoCall;
  StepKind kind_ = StepKind::kNone;
  FrameRule rule_;
};

// An address that the object's table has no entry for. With the lock held.
Step step_without_table(const LoadedObject& object, const void* return_address, const FrameWalk& walk) noexcept {
  static CodeSearchRoom room;
  const uintptr_t address = reinterpret_cast<uintptr_t>(return_address);
  if (known.engine.builtins.holds(address - 1)) return {StepKind::kPointer, object.id, frame_pointer_rule()};
  BestGuess best(return_address, walk, &room);
  const CodeImage image = code_image_at(address - 1);
  CodeRules found;
  if (kOwn.has_readable_code && image.size != 0) find_code_rules(image, address, &room, &found);
  for (size_t i = 0; i != found.count; ++i) best.take(StepKind::kCode, found.rules[i]);
  best.take(StepKind::kPointer, frame_pointer_rule());
  return best.step(object.id);
}

Step step_in(const LoadedObject& object, const void* return_address, uintptr_t pc, const FrameWalk& walk) noexcept {
  FrameRow frame;
  if (!find_frame_row(unwind_image_of(object), pc, &frame)) return step_without_table(object, return_address, walk);
  if (frame.is_outermost()) return {StepKind::kOutermost, object.id, {}};
  const FrameRule rule = rule_of(frame);
  return {rule.exists() ? StepKind::kTable : StepKind::kRow, object.id, rule};
}

// With the lock held. False: no known object holds the address.
bool find_known(const void* return_address, const FrameWalk& walk, Step* out) noexcept {
  const uintptr_t pc = reinterpret_cast<uintptr_t>(return_address) - 1; // inside the call instruction
  const LoadedObject* const object = known.objects.find(pc);
  if (object == nullptr) return false;
  *out = step_in(*object, return_address, pc, walk);
  // WHY: some steps are not remembered, because what a walk that has lost the frame pointer cannot leave, another one
  // may.
  if (out->kind != StepKind::kNone || walk.knows_frame_pointer()) walk_cache.remember(return_address, *out);
  return true;
}

} // namespace

ObjectId object_at(const void* return_address) noexcept {
  ErrnoGuard errno_guard;
  LockGuard guard(known.lock);
  const LoadedObject* const object = known.objects.find(reinterpret_cast<uintptr_t>(return_address) - 1);
  return object == nullptr ? kUnknownObject : object->id;
}

Step find_step(const void* return_address, const FrameWalk& walk) noexcept {
  ErrnoGuard errno_guard;
  Step step;
  LoaderCounts scanned;
  {
    LockGuard guard(known.lock);
    if (find_known(return_address, walk, &step)) return step;
    scanned = known.scanned;
  }
  if (loader_has_changed(scanned)) scan_objects();
  LockGuard guard(known.lock);
  if (find_known(return_address, walk, &step)) return step;
  // WHY: there is no step while objects are missing from the table, because the address may be in one of them, and no
  // JIT code.
  const bool is_jit_code = !known.objects.overflowed();
  step = is_jit_code ? Step{StepKind::kPointer, kUnknownObject, frame_pointer_rule()}
                     : Step{StepKind::kNone, kOtherObjects, {}};
  walk_cache.remember(return_address, step);
  return step;
}

} // namespace benchmem::callers
