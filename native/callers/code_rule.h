// How to leave a frame of code that has no unwind table: follows the instructions from the return address to the ends
// of the function, and adds up what they do to the stack pointer. x86-64 only; callers ask only if kReadsOwnCode.
// Pure: bytes in, candidates out. The bytes may be hostile: nothing outside of them is read.
#ifndef BENCHMEM_CALLERS_CODE_RULE_H_
#define BENCHMEM_CALLERS_CODE_RULE_H_

#include <cstddef>
#include <cstdint>

#include "callers/code_search.h"
#include "callers/frame_rule.h"

namespace benchmem::callers {

// INVARIANT: no rule is there twice. First those that a return gives, then those of jumps that may be calls in tail
// position; each kind with those first that keep the stack aligned, of these the deepest. WHY: a path that runs past a
// call that never returns ends in the next function's return, at the depth of the call: too shallow, and not aligned.
struct CodeRules {
  static constexpr size_t kMost = 16;
  FrameRule rules[kMost];
  size_t count = 0;
};

void find_code_rules(const CodeImage& image, uint64_t return_address, CodeSearchRoom* room, CodeRules* out) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_CODE_RULE_H_
