// WHY: this is an interrupt, because a thread is found inside its malloc, where nothing may be asked of V8; an
// interrupt comes to it between two pieces of its JavaScript.
#include "v8_heap/worker_adoption.h"

#include <cstdlib>
#include <mutex>

#include "v8_heap/code_listener.h"
#include "v8_heap/heap_observer.h"
#include "v8_heap/libuv.h"
#include "v8_heap/observers.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

// Of node, in the running executable.
struct Runtime {
  Libuv uv;
  uv_loop_s* (*current_loop)(Isolate* isolate); // null: no thread of node's
  void (*add_cleanup_hook)(Isolate* isolate, void (*hook)(void* context), void* context);
};

struct Adoption {
  const benchmem_abi* abi = nullptr;
  Runtime runtime{};
  // Isolates that were asked and have not answered. A ring: one that ended before it answered gives way in time.
  static constexpr size_t kMostAsked = 16;
  Isolate* asked[kMostAsked] = {};
  size_t next = 0;
};
Adoption adoption; // the two after `runtime`: under the observers' lock

// In front of libuv's handle, in one block of memory.
// INVARIANT: its size keeps the handle aligned.
struct alignas(16) Adopted {
  HeapObserver* heap;
  Isolate* isolate;

  void* handle() noexcept { return this + 1; }
  static Adopted* of(void* handle) noexcept { return static_cast<Adopted*>(handle) - 1; }
};

// False: it is observed, or asked already.
bool note_asked(Isolate* isolate) noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  if (HeapObserver::is_observed_locked(isolate)) return false;
  for (const Isolate* each : adoption.asked) {
    if (each == isolate) return false;
  }
  adoption.asked[adoption.next++ % Adoption::kMostAsked] = isolate;
  return true;
}

void note_answered(const Isolate* isolate) noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  for (Isolate*& each : adoption.asked) {
    if (each == isolate) each = nullptr;
  }
}

void on_woken(void* handle) { Adopted::of(handle)->heap->woken(); }

void wake(void* context) {
  // WHY: a failure is ignored, because whoever cannot be woken has not answered, which the caller finds out.
  static_cast<void>(adoption.runtime.uv.async_send(static_cast<Adopted*>(context)->handle()));
}

void free_closed(void* handle) {
  Paused paused(*adoption.abi);
  std::free(Adopted::of(handle));
}

// At the worker's end, on its thread.
void on_cleanup(void* context) {
  auto* adopted = static_cast<Adopted*>(context);
  adopted->heap->set_waker({});
  adopted->heap->release();
  end_listening(adopted->isolate);
  adoption.runtime.uv.close(adopted->handle(), free_closed);
}

void adopt(Isolate* isolate, uv_loop_s* loop) noexcept {
  const Libuv& uv = adoption.runtime.uv;
  Paused paused(*adoption.abi);
  auto* adopted = static_cast<Adopted*>(std::calloc(1, sizeof(Adopted) + uv.handle_size(kAsyncType)));
  if (adopted == nullptr) return;
  adopted->heap = HeapObserver::acquire(*adoption.abi);
  if (adopted->heap == nullptr || uv.async_init(loop, adopted->handle(), on_woken) != 0) {
    if (adopted->heap != nullptr) adopted->heap->release();
    std::free(adopted);
    return;
  }
  uv.unref(adopted->handle());
  adoption.runtime.add_cleanup_hook(isolate, on_cleanup, adopted);
  adopted->heap->set_waker({wake, adopted});
  adopted->isolate = isolate;
  follow_listening(*adoption.abi, isolate);
}

void on_interrupt(Isolate* isolate, void*) noexcept {
  note_answered(isolate);
  uv_loop_s* loop = adoption.runtime.current_loop(isolate);
  if (loop != nullptr) adopt(isolate, loop);
}

// Inside the thread's malloc: V8 is asked which isolate is the thread's, and for an interrupt, and for nothing else.
void on_arrival(void*) noexcept {
  Isolate* isolate = symbols().try_get_current();
  if (isolate == nullptr || !note_asked(isolate)) return;
  Paused paused(*adoption.abi);
  symbols().request_interrupt(isolate, on_interrupt, nullptr);
}

} // namespace

void adopt_workers(const benchmem_abi& abi) noexcept {
  Runtime runtime{};
  const bool found =
      missing_symbol() == nullptr && find_libuv(runtime.uv) &&
      find_exported(runtime.current_loop, "_ZN4node19GetCurrentEventLoopEPN2v87IsolateE") &&
      find_exported(runtime.add_cleanup_hook, "_ZN4node25AddEnvironmentCleanupHookEPN2v87IsolateEPFvPvES3_");
  if (!found) return;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    if (adoption.abi != nullptr) return;
    adoption.runtime = runtime;
    adoption.abi = &abi;
  }
  static_cast<void>(abi.watch_arrivals(on_arrival, nullptr));
}

} // namespace benchmem::v8_heap
