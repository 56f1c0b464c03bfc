#include "callers/walk_steps.h"

#include "callers/code_rule.h"
#include "callers/frame_row.h"
#include "callers/known_objects.h"
#include "kernel/raw_pages.h"

namespace benchmem::callers {

namespace {

// push rbp; mov rbp, rsp: what every frame of JIT code and of V8's builtins begins with.
FrameRule frame_pointer_rule() noexcept {
  FrameRule rule;
  rule.from_frame_pointer = true;
  rule.cfa_words = 2;
  rule.saved_pointer_words = 2;
  return rule;
}

CodeImage code_image_at(uintptr_t pc) noexcept {
  const AddressRange code = known.objects.readable_code(pc);
  return {reinterpret_cast<const uint8_t*>(code.begin), code.end - code.begin, code.begin};
}

// Whether a rule that is not the table's leads to a return address that follows a call of a known object. With the lock
// held. WHY so strict: a guess that is wrong mostly ends in a word that is none.
bool leads_to_call(const FrameRule& rule, FrameWalk walk) noexcept {
  if (!walk.step(rule)) return false;
  const uintptr_t address = reinterpret_cast<uintptr_t>(walk.return_address());
  const CodeImage image = code_image_at(address - 1);
  return image.size != 0 && follows_call(image, address);
}

// With the lock held, which makes the room free.
FrameRule rule_from_code(const void* return_address, const FrameWalk& walk) noexcept {
  static CodeSearchRoom room;
  const uintptr_t address = reinterpret_cast<uintptr_t>(return_address);
  const CodeImage image = code_image_at(address - 1);
  if (!kReadsOwnCode || image.size == 0) return {};
  CodeRules found;
  find_code_rules(image, address, &room, &found);
  for (size_t i = 0; i != found.count; ++i) {
    if (leads_to_call(found.rules[i], walk)) return found.rules[i];
  }
  return {};
}

// An address that the object's table has no entry for.
Step step_without_table(const LoadedObject& object, const void* return_address, const FrameWalk& walk) noexcept {
  const FrameRule by_pointer = frame_pointer_rule();
  if (known.engine.builtins.holds(reinterpret_cast<uintptr_t>(return_address) - 1)) {
    return {StepKind::kPointer, object.id, by_pointer};
  }
  const FrameRule by_code = rule_from_code(return_address, walk);
  if (by_code.exists()) return {StepKind::kCode, object.id, by_code};
  if (leads_to_call(by_pointer, walk)) return {StepKind::kPointer, object.id, by_pointer};
  return {StepKind::kNone, object.id, {}};
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
  // WHY not always: what a walk that has lost the frame pointer cannot leave, another one may.
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
  // WHY nothing where objects are missing from the table: the address may be in one of them, and no JIT code.
  const bool is_jit_code = !known.objects.overflowed();
  step = is_jit_code ? Step{StepKind::kPointer, kUnknownObject, frame_pointer_rule()}
                     : Step{StepKind::kNone, kOtherObjects, {}};
  walk_cache.remember(return_address, step);
  return step;
}

} // namespace benchmem::callers
