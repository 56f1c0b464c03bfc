// The isolates whose code is listened to: what the files of the listener and the annotator share.
// Must not be seen outside of them.
#ifndef BENCHMEM_V8_HEAP_CODE_LISTENERS_H_
#define BENCHMEM_V8_HEAP_CODE_LISTENERS_H_

#include <atomic>
#include <mutex>

#include "abi/benchmem_abi.h"
#include "v8_heap/code_map.h"
#include "v8_heap/js_frames.h"
#include "v8_heap/mirrors.h"

namespace benchmem::v8_heap {

constexpr uint32_t kNoFunction = UINT32_MAX;

// INVARIANT: one that was in the list stays there for good, so that the list is read without a lock: by collector's
// threads, which report what they moved, and inside malloc. Without an isolate it is free to be used again.
struct CodeListener {
  std::atomic<Isolate*> isolate{nullptr};
  CodeListener* next = nullptr;
  // The isolate whose number this is: also after it was listened to, so that a later start names the same functions by the
  // same numbers. Null once it has ended. The listener's lock of starts and ends.
  Isolate* numbered = nullptr;
  uint32_t number = 0; // from 1 on, in order of the isolates
  const benchmem_abi* abi = nullptr;

  std::mutex lock; // of what follows; inside malloc it is only tried
  CodeMap map;
  uint32_t trampoline = kNoFunction; // the builtin that interpreted frames return into
  bool inlines = false;              // positions of compiled code may be those of other functions
  uint64_t strange_events = 0;       // that no V8 sends whose events look as ours
};

struct CodeListeners {
  std::atomic<CodeListener*> first{nullptr};
  std::atomic<FunctionNames*> names{nullptr}; // once made, it stays: events come until the process ends
  std::atomic<const char*> refusal{nullptr};
  std::atomic<uint64_t> moves{0}; // of code, since the process began
  SlotLearner learner;

  CodeListener* find(const Isolate* isolate) const noexcept {
    CodeListener* each = first.load(std::memory_order_acquire);
    while (each != nullptr && each->isolate.load(std::memory_order_acquire) != isolate) each = each->next;
    return each;
  }
};

inline CodeListeners code_listeners;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_CODE_LISTENERS_H_
