// Whether the call before a return address can have led to a frame: the proof of a rule that is only a guess, since a
// word of the stack may be the return address of a call that returned long ago. x86-64 only; pure; the bytes may be hostile.
//
// The rule: a direct call (call rel32, also of a stub of the PLT) says where it went. Code that is followed from there must
// arrive behind the call that the frame stands at, with the stack as deep as the guess says: then the call agrees. Where
// every way from there is known and none arrives so, it contradicts. It is undecided where a call or a jump goes through a
// register or memory that may have changed, where the code is too long to follow, and where the depth is not known (alloca).
#ifndef BENCHMEM_CALLERS_CALL_CHECK_H_
#define BENCHMEM_CALLERS_CALL_CHECK_H_

#include <cstdint>

#include "callers/code_search.h"
#include "callers/frame_rule.h"

namespace benchmem::callers {

// kNoCall: what precedes the return address is none.
enum class CallVerdict : uint8_t { kNoCall, kContradicts, kUndecided, kAgrees };

// Where code is, and what the pointers hold that stubs of the PLT jump through. Nothing known: empty, 0.
struct CodeWorld {
  CodeImage (*code_at)(uint64_t address) noexcept;
  uint64_t (*pointer_at)(uint64_t address) noexcept;
};

// A frame that stands at `return_address`, and the guess how it is left.
struct GuessedFrame {
  uint64_t return_address = 0;
  FrameRule rule;
};

CallVerdict check_call(const CodeWorld& world, uint64_t callers_return_address, const GuessedFrame& frame,
                       CodeSearchRoom* room) noexcept;

// Whether the bytes before a return address are a call instruction, of x86-64 or of arm64. WHY: nothing is asked of
// where an arm64 call went, because there is nothing to compare that with, without a reader of its code.
bool follows_call(const CodeImage& image, uint64_t return_address) noexcept;
bool follows_arm64_call(const CodeImage& image, uint64_t return_address) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_CALL_CHECK_H_
