// What one JavaScript environment (the main thread's or a worker's) has of the addon: the accounting core's
// table, the observer of its heap, and its window if it opened one. Torn down with the environment.
#ifndef BENCHMEM_BINDING_ENVIRONMENT_H_
#define BENCHMEM_BINDING_ENVIRONMENT_H_

#include <napi.h>

#include "abi/benchmem_abi.h"
#include "v8_heap/code_listener.h"
#include "v8_heap/heap_observer.h"

namespace benchmem::binding {

// INVARIANT: used on the environment's own thread only.
class Environment {
 public:
  // Lives until the environment's cleanup; registers that itself.
  static Environment* create(Napi::Env env, const benchmem_abi& abi);

  const benchmem_abi& abi() const noexcept { return abi_; }
  // Null if there are no JS heap figures; why_no_heap() says why then.
  v8_heap::HeapObserver* heap() const noexcept { return heap_; }
  const char* why_no_heap() const noexcept { return why_no_heap_; }
  // Attached: observes workers too that load nothing of ours. A preloaded child loads the addon into each.
  void adopt_workers() const noexcept;
  // Both modes: isolates that addons make for themselves. Nothing if there are no JS heap figures.
  void observe_embedded() const noexcept;
  void forget_embedded() const noexcept;
  // Whether the memory of WebAssembly and resizable buffers is told from V8's other mappings: by symbols only.
  bool recognises_buffers() noexcept;
  // Full collections: two for the floor. Nothing if there are no JS heap figures. An observer that hears
  // of none of them is given up, unless a window of it is open.
  void collect_floor() noexcept;
  void collect() noexcept;
  void collect_again() noexcept;
  // JavaScript in the stacks of profiles, between windows. Where V8's code is not listened to yet, it is in between only.
  void name_javascript() noexcept;
  void name_no_javascript() noexcept;

  // The window, as JavaScript names it: by a number that no other window of this process has; 0 is none.
  // A window belongs to the environment that opened it: elsewhere its token names nothing.
  static uint64_t next_token() noexcept;
  benchmem_status open_window(uint64_t token, const v8_heap::WindowRequest& request) noexcept;
  benchmem_status drain_window(uint64_t token) noexcept;
  benchmem_status read_window(uint64_t token, benchmem_reading* out, v8_heap::HeapFigures* heap) noexcept;
  benchmem_status close_window(uint64_t token, benchmem_reading* out, v8_heap::HeapFigures* heap) noexcept;
  // The accounting core's own token; 0 where `token` names no window of this environment.
  uint64_t core_token(uint64_t token) const noexcept { return token == open_token_ ? core_token_ : 0; }

 private:
  explicit Environment(const benchmem_abi& abi) noexcept : abi_(abi) {}
  ~Environment() = default;
  static void tear_down(void* self);
  void observe_heap(Napi::Env env);
  void give_up_heap(const char* why) noexcept;

  const benchmem_abi& abi_;
  v8_heap::HeapObserver* heap_ = nullptr;
  const char* why_no_heap_ = nullptr;
  bool listens_for_profile_ = false;    // and not since before it
  v8_heap::Isolate* isolate_ = nullptr; // whose code is listened to until the environment ends, where it is at all
  bool recognises_buffers_ = false;     // once known to be so, it stays
  uint64_t open_token_ = 0;
  uint64_t core_token_ = 0;
};

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_ENVIRONMENT_H_
