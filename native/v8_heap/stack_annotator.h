// Names the JavaScript of a walked stack, for the tracker's profile: a benchmem_stack_annotator.
// Runs inside malloc: it allocates nothing and waits for no lock. A stack that it cannot read stays native.
#ifndef BENCHMEM_V8_HEAP_STACK_ANNOTATOR_H_
#define BENCHMEM_V8_HEAP_STACK_ANNOTATOR_H_

#include <cstddef>
#include <cstdint>

#include "abi/benchmem_abi.h"

namespace benchmem::v8_heap {

// Keys of frames that are not native; native/README.md says what a key is.
constexpr uint64_t kSpecialFrame = uint64_t{1} << 62;
constexpr uint64_t kWasmFrame = kSpecialFrame | 2;        // compiled WebAssembly that V8 has not named yet
constexpr uint64_t kUnknownCodeFrame = kSpecialFrame | 3; // in no object, and not V8's as far as is known

// Needs listen_to_code() on this thread's isolate; elsewhere it changes nothing. `context` is not used.
void annotate_stack(const benchmem_walked_frame* frames, size_t count, uint64_t* keys, void* context) noexcept;

// Since the process began. For tests: with BENCHMEM_CHECK_JS_FRAMES=1 in the environment every stack is compared with V8's
// own sample of it.
struct AnnotatorFigures {
  uint64_t stacks;      // of threads that have an isolate that is listened to
  uint64_t busy;        // of them: stayed native, because the map was being changed
  uint64_t unlearned;   // of them: had interpreted frames before it was learned how to read those
  uint64_t unknown;     // interpreted frames whose bytecode is in no map
  uint64_t moves;       // of code, by the collector
  uint64_t checked;     // stacks that were compared
  uint64_t different;   // of them: other JavaScript frames than V8's
  uint64_t not_sampled; // of them: V8 had no sample
};
AnnotatorFigures annotator_figures() noexcept;

// why_no_js_frames(), or that interpreted frames were met and could not be learned. Null: neither.
const char* why_stacks_lack_javascript() noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_STACK_ANNOTATOR_H_
