// SAFETY: the observer lets go of the waker before the handle is closed; the handle's memory goes after that.
#include "binding/thread_waker.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "binding/environment.h"

namespace benchmem::binding {
namespace {

// libuv's functions in the running executable; their types are part of its stable interface, version 1.
using AsyncCallback = void (*)(void* handle);
struct Libuv {
  size_t (*handle_size)(int type);
  int (*async_init)(uv_loop_s* loop, void* handle, AsyncCallback callback);
  int (*async_send)(void* handle);
  void (*unref)(void* handle);
  void (*close)(void* handle, AsyncCallback callback);
};
constexpr int kAsyncType = 1; // UV_ASYNC

template <class Function>
bool find(Function& out, const char* name) noexcept {
  void* address = dlsym(RTLD_DEFAULT, name);
  std::memcpy(&out, &address, sizeof(out));
  return address != nullptr;
}

bool find_libuv(Libuv& uv) noexcept {
  return find(uv.handle_size, "uv_handle_size") && find(uv.async_init, "uv_async_init") &&
         find(uv.async_send, "uv_async_send") && find(uv.unref, "uv_unref") && find(uv.close, "uv_close");
}

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
  // WHY ignored: whoever cannot be woken has not answered, which the caller finds out.
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
  if (!find_libuv(uv) || napi_get_uv_event_loop(env, &loop) != napi_ok) return;
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
