// A one-byte string is its payload and a header; process.memoryUsage() is what Node itself reads from V8.
#include "binding/heap_probes.h"

namespace benchmem::binding {
namespace {

bool allocate_string(void* context, size_t bytes) {
  static const char kZeros[65536] = {};
  if (bytes > sizeof(kZeros)) return false;
  const Napi::Env& env = *static_cast<Napi::Env*>(context);
  Napi::HandleScope scope(env);
  napi_value string = nullptr;
  return napi_create_string_latin1(env, kZeros, bytes, &string) == napi_ok;
}

bool call_memory_usage(Napi::Env env, Napi::Object* out) {
  Napi::Value process = env.Global().Get("process");
  if (!process.IsObject()) return false;
  Napi::Value memory_usage = process.As<Napi::Object>().Get("memoryUsage");
  if (!memory_usage.IsFunction()) return false;
  Napi::Value usage = memory_usage.As<Napi::Function>().Call(process, {});
  if (env.IsExceptionPending() || !usage.IsObject()) return false;
  *out = usage.As<Napi::Object>();
  return true;
}

bool public_figures(void* context, v8_heap::PublicFigures* out) {
  const Napi::Env& env = *static_cast<Napi::Env*>(context);
  Napi::HandleScope scope(env);
  Napi::Object usage;
  const bool called = call_memory_usage(env, &usage);
  // WHY: the exception is dropped, because a replaced memoryUsage() that throws means "not confirmed", which the
  // verdict says.
  if (env.IsExceptionPending()) env.GetAndClearPendingException();
  if (!called) return false;
  Napi::Value used = usage.Get("heapUsed");
  Napi::Value total = usage.Get("heapTotal");
  if (!used.IsNumber() || !total.IsNumber()) return false;
  *out = {used.As<Napi::Number>().Int64Value(), total.As<Napi::Number>().Int64Value()};
  return true;
}

} // namespace

v8_heap::SelfTestProbes heap_probes(Napi::Env* env) noexcept { return {env, allocate_string, public_figures}; }

} // namespace benchmem::binding
