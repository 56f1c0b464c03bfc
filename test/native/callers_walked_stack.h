// Walks of the current stack, beside what the compiler's own unwinder says of it. Holds no test.
#ifndef BENCHMEM_TEST_CALLERS_WALKED_STACK_H_
#define BENCHMEM_TEST_CALLERS_WALKED_STACK_H_

#include <cstdint>
#include <unwind.h>
#include <vector>

#include "callers/stack_walk.h"

namespace walk_test {

using Addresses = std::vector<const void*>;

constexpr size_t kRoom = 1024;

// INVARIANT: the vectors keep their room, so that a walk in a signal's handler allocates nothing.
struct Seen {
  Seen() {
    frames.reserve(kRoom);
    walked.reserve(kRoom);
    unwound.reserve(4 * kRoom);
  }
  void clear() {
    frames.clear();
    walked.clear();
    unwound.clear();
  }

  std::vector<benchmem::WalkedFrame> frames;
  Addresses walked, unwound;
  benchmem::WalkEnd end = benchmem::WalkEnd::kTruncated;
};

inline benchmem::WalkedFrame frame_room[kRoom];
inline Seen seen;

inline _Unwind_Reason_Code note_frame(_Unwind_Context* context, void* addresses) {
  int before_instruction = 0; // of a frame that a signal interrupted: the address is not behind a call
  const uintptr_t address = _Unwind_GetIPInfo(context, &before_instruction);
  const uintptr_t looked_up = address == 0 ? 0 : address + (before_instruction != 0 ? 1 : 0);
  static_cast<Addresses*>(addresses)->push_back(reinterpret_cast<const void*>(looked_up));
  return _URC_NO_REASON;
}

// Stands for a hooked entry point: its caller is the leaf of the walk.
__attribute__((noinline)) inline void hooked_with(size_t room) {
  const benchmem::CallSite site = BENCHMEM_CALL_SITE();
  const benchmem::WalkedStack stack = benchmem::walk_stack(site, frame_room, room);
  seen.clear();
  seen.end = stack.end;
  seen.frames.assign(frame_room, frame_room + stack.count);
  for (const benchmem::WalkedFrame& frame : seen.frames) seen.walked.push_back(frame.pc);
  _Unwind_Backtrace(note_frame, &seen.unwound);
  // The unwinder's first is this function itself, its last may be 0.
  if (!seen.unwound.empty()) seen.unwound.erase(seen.unwound.begin());
  while (!seen.unwound.empty() && seen.unwound.back() == nullptr) seen.unwound.pop_back();
}
__attribute__((noinline)) inline void hooked() {
  hooked_with(kRoom);
  asm volatile("");
}

} // namespace walk_test

#endif // BENCHMEM_TEST_CALLERS_WALKED_STACK_H_
