// The few functions of libuv that wake a thread in its event loop, found in the running executable: their types are part
// of its stable interface, version 1.
#ifndef BENCHMEM_V8_HEAP_LIBUV_H_
#define BENCHMEM_V8_HEAP_LIBUV_H_

#include <dlfcn.h>

#include <cstddef>
#include <cstring>

struct uv_loop_s;

namespace benchmem::v8_heap {

using AsyncCallback = void (*)(void* handle);
struct Libuv {
  size_t (*handle_size)(int type);
  int (*async_init)(uv_loop_s* loop, void* handle, AsyncCallback callback);
  int (*async_send)(void* handle);
  void (*unref)(void* handle);
  void (*close)(void* handle, AsyncCallback callback);
};
inline constexpr int kAsyncType = 1; // UV_ASYNC

template <class Function>
bool find_exported(Function& out, const char* name) noexcept {
  void* address = dlsym(RTLD_DEFAULT, name);
  std::memcpy(&out, &address, sizeof(out));
  return address != nullptr;
}

inline bool find_libuv(Libuv& uv) noexcept {
  return find_exported(uv.handle_size, "uv_handle_size") && find_exported(uv.async_init, "uv_async_init") &&
         find_exported(uv.async_send, "uv_async_send") && find_exported(uv.unref, "uv_unref") &&
         find_exported(uv.close, "uv_close");
}

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_LIBUV_H_
