// The whole native stack of an allocation, from its direct caller to the thread's first frame: by unwind tables where
// an object has them, by frame pointers in JIT code and V8's builtins.
// Never allocates, never reads outside the thread's stack, and takes no lock for addresses that it knows.
#ifndef BENCHMEM_CALLERS_STACK_WALK_H_
#define BENCHMEM_CALLERS_STACK_WALK_H_

#include <cstddef>
#include <cstdint>

#include "callers/callers.h"
#include "callers/machine.h"

namespace benchmem {

// How the step from a frame to its caller was found.
enum FrameSource : uint8_t { kFromTable = 0, kFromCode = 1, kFromPointer = 2 };

struct WalkedFrame {
  // A return address; of a frame that a signal interrupted, the interrupted instruction's plus 1: pc - 1 lies in the
  // instruction that runs.
  const void* pc;
  const void*
      frame_pointer; // the frame pointer of the frame that pc is in; null: it points to nothing that lies on the stack above
  ObjectId object; // kUnknownObject: in none, e.g. JIT code
  FrameSource rule;
};

enum class WalkEnd : uint8_t {
  kOutermost, // the last frame's table says that nobody called it (_start, clone)
  kTruncated, // the stack goes on: there was no room, or no way to leave the last frame
};

struct WalkedStack {
  size_t count;
  WalkEnd end;
};

// Leaf first: frame 0 is the direct caller of the hooked entry point that `site` was made in. Own frames are left out.
// Where the walk does not start on the thread's own stack (fibers, a signal's stack): the direct caller alone, truncated.
// Deeper than `room`: the leaf side, truncated. A site whose stack is null is found by its return address.
WalkedStack walk_stack(const CallSite& site, WalkedFrame* out, size_t room) noexcept;

// Whether frames without an unwind table are left by what their machine code says. Where not, no frame is kFromCode, and
// such frames are left by their frame pointers alone.
inline bool walks_read_code() noexcept { return callers::kOwn.has_readable_code; }

} // namespace benchmem

#endif // BENCHMEM_CALLERS_STACK_WALK_H_
