// An addon with three functions that allocate 100 bytes per call, of which `decode` never frees its block; and with one,
// `lose`, that allocates as many bytes as it is told and never frees them.
#include <node_api.h>

#include <cstdlib>

namespace {

constexpr size_t kBlockBytes = 100;

// The compiler must not see that a block is of no use.
__attribute__((noinline)) void touch(void* block) { asm volatile("" : : "r"(block) : "memory"); }

__attribute__((noinline)) napi_value parse(napi_env, napi_callback_info) {
  void* block = std::malloc(kBlockBytes);
  touch(block);
  std::free(block);
  return nullptr;
}

__attribute__((noinline)) napi_value decode(napi_env, napi_callback_info) {
  touch(std::malloc(kBlockBytes));
  return nullptr;
}

__attribute__((noinline)) napi_value encode(napi_env, napi_callback_info) {
  void* block = std::calloc(1, kBlockBytes);
  touch(block);
  std::free(block);
  return nullptr;
}

__attribute__((noinline)) napi_value lose(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  int64_t bytes = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_int64(env, argument, &bytes);
  touch(std::malloc(static_cast<size_t>(bytes)));
  return nullptr;
}

void add(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

} // namespace

NAPI_MODULE_INIT() {
  add(env, exports, "parse", parse);
  add(env, exports, "decode", decode);
  add(env, exports, "encode", encode);
  add(env, exports, "lose", lose);
  return exports;
}
