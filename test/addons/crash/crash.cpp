// Node-API addon that writes where nothing is mapped: the process dies of SIGSEGV inside native code.
#include <node_api.h>
#include <stdint.h>

namespace {

napi_value crash(napi_env, napi_callback_info) {
  *reinterpret_cast<volatile int*>(static_cast<uintptr_t>(8)) = 1;
  return nullptr;
}

} // namespace

NAPI_MODULE_INIT() {
  napi_value value = nullptr;
  napi_create_function(env, "crash", NAPI_AUTO_LENGTH, crash, nullptr, &value);
  napi_set_named_property(env, exports, "crash", value);
  return exports;
}
