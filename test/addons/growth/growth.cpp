// An addon whose functions keep as many bytes as they are told, each under its own name, until they are released.
#include <node_api.h>

#include <cstdlib>

namespace {

constexpr size_t kMostBlocks = 64;
void* blocks[kMostBlocks];
size_t count = 0;

__attribute__((always_inline)) inline void keep(size_t bytes) {
  if (count < kMostBlocks) blocks[count++] = std::malloc(bytes);
}

size_t bytes_given(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value value = nullptr;
  uint32_t bytes = 0;
  napi_get_cb_info(env, info, &argc, &value, nullptr, nullptr);
  napi_get_value_uint32(env, value, &bytes);
  return bytes;
}

__attribute__((noinline)) napi_value read_header(napi_env env, napi_callback_info info) {
  keep(bytes_given(env, info));
  return nullptr;
}

__attribute__((noinline)) napi_value read_index(napi_env env, napi_callback_info info) {
  keep(bytes_given(env, info) + 1);
  return nullptr;
}

napi_value release(napi_env, napi_callback_info) {
  while (count > 0) std::free(blocks[--count]);
  return nullptr;
}

void add(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

} // namespace

NAPI_MODULE_INIT() {
  add(env, exports, "readHeader", read_header);
  add(env, exports, "readIndex", read_index);
  add(env, exports, "release", release);
  return exports;
}
