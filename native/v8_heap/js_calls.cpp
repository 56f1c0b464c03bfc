// One counter for all isolates: V8 hands the callback nothing but the isolate.
#include "v8_heap/js_calls.h"

#include <atomic>

namespace benchmem::v8_heap {
namespace {

std::atomic<int64_t> calls{0};

void on_call(Isolate*) noexcept { calls.fetch_add(1, std::memory_order_relaxed); }

bool is_known() noexcept {
  return symbols().add_before_call_entered != nullptr && symbols().remove_before_call_entered != nullptr;
}

} // namespace

void count_js_calls(Isolate* isolate) noexcept {
  if (is_known()) symbols().add_before_call_entered(isolate, on_call);
}

void stop_counting_js_calls(Isolate* isolate) noexcept {
  if (is_known()) symbols().remove_before_call_entered(isolate, on_call);
}

int64_t js_calls() noexcept { return is_known() ? calls.load(std::memory_order_relaxed) : -1; }

} // namespace benchmem::v8_heap
