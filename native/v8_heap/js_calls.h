// How often JavaScript was called by native code: timers, requests, messages, callbacks. What a program does again and again
// comes with such calls; what a library does by itself comes without.
#ifndef BENCHMEM_V8_HEAP_JS_CALLS_H_
#define BENCHMEM_V8_HEAP_JS_CALLS_H_

#include <cstdint>

#include "v8_heap/symbols.h"

namespace benchmem::v8_heap {

// On the isolate's own thread; nothing happens where this V8 has no such callback.
void count_js_calls(Isolate* isolate) noexcept;
void stop_counting_js_calls(Isolate* isolate) noexcept;

// Of all isolates that were ever counted; it never falls. -1: this V8 does not say it. Any thread.
int64_t js_calls() noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_JS_CALLS_H_
