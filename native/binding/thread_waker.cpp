// SAFETY: the observer lets go of the waker before the handle is closed; the handle's memory goes after that.
#include "binding/thread_waker.h"

#include <cstdlib>

#include "binding/environment.h"
#include "v8_heap/libuv.h"

namespace benchmem::binding {
namespace {

using v8_heap::kAsyncType;
using v8_heap::Libuv;

// In front of libuv's handle, in one block of memory.
// INVARIANT: its size keeps the handle aligned.
struct alignas(16) Waking {
  Libuv uv;
  Environment* environment;
  napi_async_cleanup_hook_handle cleanup;

  void* handle() noexcept { return this + 1; }
  static Waking* of(void* handle) noexcept { return static_cast<Waking*>(handle) - 1; }
};

void on_woken(void* handle) {
  v8_heap::HeapObserver* heap = Waking::of(handle)->environment->heap();
  if (heap != nullptr) heap->woken();
}

void wake(void* context) {
  auto* waking = static_cast<Waking*>(context);
  // WHY: a failure is ignored, because whoever cannot be woken has not answered, which the caller finds out.
  static_cast<void>(waking->uv.async_send(waking->handle()));
}

void on_closed(void* handle) {
  Waking* waking = Waking::of(handle);
  static_cast<void>(napi_remove_async_cleanup_hook(waking->cleanup));
  std::free(waking);
}

// Before the environment's own hook, which was added earlier.
void on_cleanup(napi_async_cleanup_hook_handle, void* context) {
  auto* waking = static_cast<Waking*>(context);
  v8_heap::HeapObserver* heap = waking->environment->heap();
  if (heap != nullptr) heap->set_waker({});
  waking->uv.close(waking->handle(), on_closed);
}

} // namespace

void install_waker(napi_env env, Environment* environment) noexcept {
  Libuv uv{};
  uv_loop_s* loop = nullptr;
  if (!v8_heap::find_libuv(uv) || napi_get_uv_event_loop(env, &loop) != napi_ok) return;
  auto* waking = static_cast<Waking*>(std::calloc(1, sizeof(Waking) + uv.handle_size(kAsyncType)));
  if (waking == nullptr) return;
  waking->uv = uv;
  waking->environment = environment;
  if (uv.async_init(loop, waking->handle(), on_woken) != 0) {
    std::free(waking);
    return;
  }
  uv.unref(waking->handle());
  if (napi_add_async_cleanup_hook(env, on_cleanup, waking, &waking->cleanup) != napi_ok) {
    uv.close(waking->handle(), [](void* handle) { std::free(Waking::of(handle)); });
    return;
  }
  environment->heap()->set_waker({wake, waking});
}

} // namespace benchmem::binding
