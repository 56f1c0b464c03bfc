// Listens to what V8 says of its code, one map per isolate, while a profile is wanted; without one nothing is listened to.
// Must not judge stacks: stack_annotator.h reads the maps.
#ifndef BENCHMEM_V8_HEAP_CODE_LISTENER_H_
#define BENCHMEM_V8_HEAP_CODE_LISTENER_H_

#include "abi/benchmem_abi.h"
#include "v8_heap/function_names.h"
#include "v8_heap/symbols.h"

namespace benchmem::v8_heap {

struct ListeningOptions {
  // V8 inlines functions here: compiled code then has no positions, because they may be those of an inlined function.
  bool inlines = true;
};

// On the isolate's own thread. Functions that were compiled before have no positions. Once per isolate: what the first
// call says holds. False: why_no_js_frames() says why.
bool listen_to_code(const benchmem_abi& abi, const ListeningOptions& options) noexcept;
// In another thread that runs JavaScript: does as the last listen_to_code() was told, or ends listening where
// let_nobody_follow() came since. Nothing if neither did.
void follow_listening(const benchmem_abi& abi, Isolate* isolate) noexcept;
void let_nobody_follow() noexcept;
// On the same thread. Nothing if it is not listened to.
void stop_listening(Isolate* isolate) noexcept;
// The same, before the isolate ends: what comes later at its address is another one.
void end_listening(Isolate* isolate) noexcept;

// Null if there are JavaScript frames. A static string. Once there is a reason, it stays.
const char* why_no_js_frames() noexcept;
// Of all isolates, also of those that ended; null before the first listening.
const FunctionNames* function_names() noexcept;
// What ScriptKey::isolate says of it; 0: it is not listened to.
uint32_t isolate_number(const Isolate* isolate) noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_CODE_LISTENER_H_
