// The gauge of an environment with the way to wake its loop, and the reporter's start. Nothing of it is counted.
#include "binding/reporter_methods.h"

#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "binding/environment.h"
#include "binding/errors.h"
#include "reporter/loop_turns.h"
#include "reporter/reporter.h"
#include "v8_heap/heap_gauge.h"
#include "v8_heap/paused.h"

namespace benchmem::binding {
namespace {

using v8_heap::HeapGauge;
using v8_heap::Paused;

struct GaugedEnvironment {
  HeapGauge* gauge = nullptr;
  napi_threadsafe_function wake = nullptr;
  reporter::WatchedLoop* loop = nullptr;
  bool reports = false;
};

Environment& environment_of(const Napi::CallbackInfo& info) { return *static_cast<Environment*>(info.Data()); }

void on_woken(napi_env env, napi_value, void* context, void*) {
  auto* self = static_cast<GaugedEnvironment*>(context);
  if (env != nullptr && self->gauge != nullptr) self->gauge->answer();
}

void wake_loop(void* context) {
  auto* self = static_cast<GaugedEnvironment*>(context);
  // A queue that is full has a wake-up under way already.
  static_cast<void>(napi_call_threadsafe_function(self->wake, nullptr, napi_tsfn_nonblocking));
}

void tear_down(void* context) {
  auto* self = static_cast<GaugedEnvironment*>(context);
  if (self->reports) reporter::finish(); // before the window closes: its environment registered first
  if (self->gauge != nullptr) self->gauge->stop();
  self->gauge = nullptr; // WHY: it is not deleted, because a wake-up that is queued still points here
  reporter::forget_loop(self->loop);
  self->loop = nullptr;
}

// Unreferenced: it keeps no loop alive.
napi_threadsafe_function make_wake(napi_env env, GaugedEnvironment* context) {
  napi_value name = nullptr;
  napi_threadsafe_function wake = nullptr;
  if (napi_create_string_utf8(env, "benchmem", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 1, 1, nullptr, nullptr, context, on_woken, &wake) !=
          napi_ok ||
      napi_unref_threadsafe_function(env, wake) != napi_ok) {
    return nullptr;
  }
  return wake;
}

reporter::WatchedLoop* watch_loop_of(napi_env env) {
  uv_loop_s* loop = nullptr;
  return napi_get_uv_event_loop(env, &loop) == napi_ok ? reporter::watch_loop(loop) : nullptr;
}

// INVARIANT: the wake-up is made before the cleanup hook is added, so that it outlives the gauge that uses it.
GaugedEnvironment* gauge_environment(const Napi::CallbackInfo& info) {
  const Environment& environment = environment_of(info);
  auto* self = new (std::nothrow) GaugedEnvironment();
  if (self == nullptr) return nullptr;
  if (environment.heap() != nullptr) {
    self->wake = make_wake(info.Env(), self);
    self->gauge = HeapGauge::start(environment.abi(), self->wake == nullptr ? nullptr : wake_loop, self);
  }
  self->loop = watch_loop_of(info.Env());
  if (napi_add_env_cleanup_hook(info.Env(), tear_down, self) == napi_ok) return self;
  if (self->gauge != nullptr) self->gauge->stop();
  reporter::forget_loop(self->loop);
  return nullptr; // WHY: it is not deleted, for the same reason as in tear_down
}

const char* reason_of(reporter::StartResult result) {
  switch (result) {
    case reporter::StartResult::kRunning: return "this process has a reporter already";
    case reporter::StartResult::kNoFile: return "the report's file cannot be opened";
    default: return "the reporter's thread cannot be started";
  }
}

bool uses_glibc(const benchmem_abi& abi) {
  benchmem_self_description description{};
  abi.describe(&description);
  return std::strcmp(description.allocator, "glibc") == 0;
}

} // namespace

Napi::Value start_reporter(const Napi::CallbackInfo& info) {
  Environment& environment = environment_of(info);
  Paused paused(environment.abi());
  Napi::Object options = info[0].As<Napi::Object>();
  const Napi::Value token = options.Get("token");
  bool lossless = false;
  const uint64_t named = token.IsBigInt() ? token.As<Napi::BigInt>().Uint64Value(&lossless) : 0;
  const uint64_t core = environment.core_token(lossless ? named : 0);
  if (core == 0) return throw_status(info.Env(), BENCHMEM_NO_WINDOW, environment.abi());
  GaugedEnvironment* gauged = gauge_environment(info);
  if (gauged == nullptr) return throw_status(info.Env(), BENCHMEM_OUT_OF_MEMORY, environment.abi());
  const std::string path = options.Get("path").ToString().Utf8Value();
  const reporter::StartResult result = reporter::start(
      environment.abi(), {path.c_str(), core, static_cast<uint64_t>(options.Get("intervalMs").ToNumber().Int64Value()),
                          options.Get("signal").ToNumber().Int32Value(), gauged->gauge != nullptr,
                          uses_glibc(environment.abi()), options.Get("collect").ToBoolean().Value()});
  if (result != reporter::StartResult::kStarted) {
    return throw_error(info.Env(), "CANNOT_WRITE", reason_of(result), "is its folder writable?");
  }
  gauged->reports = true;
  return info.Env().Undefined();
}

Napi::Value join_reporter(const Napi::CallbackInfo& info) {
  Environment& environment = environment_of(info);
  Paused paused(environment.abi());
  if (gauge_environment(info) == nullptr) {
    return throw_status(info.Env(), BENCHMEM_OUT_OF_MEMORY, environment.abi());
  }
  return info.Env().Undefined();
}

namespace {

Napi::Value finish_then_call(const Napi::CallbackInfo& info) {
  reporter::finish();
  std::vector<napi_value> arguments(info.Length());
  for (size_t at = 0; at < arguments.size(); ++at) arguments[at] = info[at];
  return static_cast<Napi::FunctionReference*>(info.Data())->Call(info.This(), arguments);
}

} // namespace

Napi::Value finish_before(const Napi::CallbackInfo& info) {
  const Napi::Function original = info[0].As<Napi::Function>();
  // Never freed, because the program may call the function until its last moment.
  auto* kept = new Napi::FunctionReference(Napi::Persistent(original));
  kept->SuppressDestruct();
  const std::string name = original.Get("name").ToString().Utf8Value();
  return Napi::Function::New<finish_then_call>(info.Env(), name.c_str(), kept);
}

} // namespace benchmem::binding
