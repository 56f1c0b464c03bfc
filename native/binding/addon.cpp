// The addon's functions, as src/native/contract.ts types them: parse, call, convert. No policy.
#include <napi.h>

#include <memory>
#include <new>
#include <string>

#include "binding/abi_choice.h"
#include "binding/code_methods.h"
#include "binding/convert.h"
#include "binding/environment.h"
#include "binding/errors.h"
#include "binding/forks.h"
#include "binding/profile_methods.h"
#include "binding/reporter_methods.h"
#include "binding/snapshot_methods.h"
#include "v8_heap/paused.h"
#include "v8_heap/symbols.h"

namespace benchmem::binding {
namespace {

using v8_heap::HeapFigures;
using v8_heap::Paused;
using v8_heap::WindowRequest;

struct Room {
  uint8_t* bytes = nullptr;
  size_t size = 0;
};

Environment& environment_of(const Napi::CallbackInfo& info) { return *static_cast<Environment*>(info.Data()); }

Napi::Value throw_argument(Napi::Env env, const char* message, const char* hint) {
  return throw_error(env, "INVALID_OPTION", message, hint);
}

// 0 where the argument is no bigint: no window has that token.
uint64_t token_argument(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsBigInt()) return 0;
  bool lossless = false;
  const uint64_t token = info[0].As<Napi::BigInt>().Uint64Value(&lossless);
  return lossless ? token : 0;
}

// Absent: 0, the rule's own. SAFETY: bounded, so that its doublings do not overflow.
bool slack_option(const Napi::Object& options, int64_t* out) {
  Napi::Value value = options.Get("nearLiveSlackBytes");
  if (value.IsUndefined()) return true;
  if (!value.IsNumber()) return false;
  *out = value.As<Napi::Number>().Int64Value();
  return *out > 0 && *out <= INT32_MAX;
}

bool boolean_option(const Napi::Object& options, const char* name, bool* out) {
  Napi::Value value = options.Get(name);
  *out = value.IsBoolean() && value.As<Napi::Boolean>().Value();
  return value.IsUndefined() || value.IsBoolean();
}

bool window_options(const Napi::CallbackInfo& info, WindowRequest* out) {
  if (info.Length() < 1 || !info[0].IsObject()) return false;
  Napi::Object options = info[0].As<Napi::Object>();
  Napi::Value threads = options.Get("threads");
  bool assumes_resident = false;
  if (!threads.IsString() || !boolean_option(options, "nearLive", &out->near_live) ||
      !boolean_option(options, "assumesResident", &assumes_resident)) {
    return false;
  }
  out->tracked.assumes_resident = assumes_resident ? 1 : 0;
  if (!slack_option(options, &out->fixed_slack_bytes)) return false;
  const std::string name = threads.As<Napi::String>().Utf8Value();
  if (name != "all" && name != "current") return false;
  out->tracked.threads = name == "all" ? BENCHMEM_ALL_THREADS : BENCHMEM_CURRENT_THREAD;
  return true;
}

Napi::Value undefined_or_throw(const Napi::CallbackInfo& info, benchmem_status status) {
  return status == BENCHMEM_OK ? info.Env().Undefined() : throw_status(info.Env(), status, environment_of(info).abi());
}

Napi::Value describe(const Napi::CallbackInfo& info) {
  const Environment& environment = environment_of(info);
  benchmem_self_description description{};
  environment.abi().describe(&description);
  return description_object(info.Env(), description, environment.why_no_heap());
}

// Absent: empty. False: it is something else.
bool room_argument(const Napi::CallbackInfo& info, Room* out) {
  if (info.Length() < 1 || info[0].IsUndefined()) return true;
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) return false;
  Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
  *out = {bytes.Data(), bytes.ByteLength()};
  return true;
}

Napi::Value install(const Napi::CallbackInfo& info) {
  const Environment& environment = environment_of(info);
  Room room;
  if (!room_argument(info, &room)) {
    return throw_argument(info.Env(), "install() takes a Uint8Array or nothing", "pass nothing");
  }
  const benchmem_status status = environment.abi().install(room.bytes, room.size);
  if (status == BENCHMEM_OK) {
    environment.adopt_workers();
    environment.observe_embedded();
  }
  return undefined_or_throw(info, status);
}

Napi::Value uninstall(const Napi::CallbackInfo& info) {
  const Environment& environment = environment_of(info);
  const benchmem_status status = environment.abi().uninstall();
  if (status == BENCHMEM_OK) environment.forget_embedded();
  return undefined_or_throw(info, status);
}

Napi::Value open_window(const Napi::CallbackInfo& info) {
  WindowRequest request{};
  if (!window_options(info, &request)) {
    if (info.Env().IsExceptionPending()) return info.Env().Undefined(); // a getter of the caller's threw
    return throw_argument(info.Env(), "openWindow() needs { threads: 'all' | 'current', nearLive?: boolean }",
                          "pass { threads: 'all' }");
  }
  const uint64_t token = Environment::next_token();
  Napi::Value result = Napi::BigInt::New(info.Env(), token); // made before the window: nothing of it counts
  const benchmem_status status = environment_of(info).open_window(token, request);
  return status == BENCHMEM_OK ? result : throw_status(info.Env(), status, environment_of(info).abi());
}

Napi::Value drain_window(const Napi::CallbackInfo& info) {
  return undefined_or_throw(info, environment_of(info).drain_window(token_argument(info)));
}

Napi::Value converted(const Napi::CallbackInfo& info, benchmem_status status, const benchmem_reading& reading,
                      const HeapFigures& heap) {
  Environment& environment = environment_of(info);
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, environment.abi());
  Paused paused(environment.abi());
  return reading_object(info.Env(), reading, environment.heap() != nullptr ? &heap : nullptr,
                        environment.recognises_buffers());
}

Napi::Value read_window(const Napi::CallbackInfo& info) {
  benchmem_reading reading{};
  HeapFigures heap{};
  const benchmem_status status = environment_of(info).read_window(token_argument(info), &reading, &heap);
  return converted(info, status, reading, heap);
}

Napi::Value close_window(const Napi::CallbackInfo& info) {
  benchmem_reading reading{};
  HeapFigures heap{};
  const benchmem_status status = environment_of(info).close_window(token_argument(info), &reading, &heap);
  return converted(info, status, reading, heap);
}

bool is_true(const Napi::CallbackInfo& info, size_t index) {
  return info.Length() > index && info[index].IsBoolean() && info[index].As<Napi::Boolean>().Value();
}

Napi::Value collect_and_read(const Napi::CallbackInfo& info) {
  Environment& environment = environment_of(info);
  const uint64_t token = token_argument(info);
  if (environment.core_token(token) == 0) {
    return throw_status(info.Env(), BENCHMEM_NO_WINDOW, environment.abi());
  }
  const bool is_rehearsal = is_true(info, 1);
  const bool is_again = is_true(info, 2);
  if (!is_rehearsal) is_again ? environment.collect_again() : environment.collect();
  return read_window(info);
}

Napi::Value collect_isolates(const Napi::CallbackInfo& info) {
  v8_heap::HeapObserver* heap = environment_of(info).heap();
  return Napi::Number::New(info.Env(), heap == nullptr ? 0 : heap->collect_others());
}

Napi::Value collect_garbage(const Napi::CallbackInfo& info) {
  environment_of(info).collect_floor();
  return info.Env().Undefined();
}

Napi::Value set_flags(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsString()) {
    return throw_argument(info.Env(), "setFlags() needs a string", "pass '--no-compact'");
  }
  const std::string flags = info[0].As<Napi::String>().Utf8Value();
  const auto set = v8_heap::symbols().set_flags_from_string;
  if (set != nullptr) set(flags.data(), flags.size());
  return info.Env().Undefined();
}

Napi::Value collect_alone(const Napi::CallbackInfo& info) {
  v8_heap::HeapObserver::collect_alone(true);
  return info.Env().Undefined();
}

Napi::Value count_from_birth(const Napi::CallbackInfo& info) {
  v8_heap::HeapObserver* heap = environment_of(info).heap();
  if (heap != nullptr) heap->count_from_birth();
  return info.Env().Undefined();
}

Napi::Value window_objects(const Napi::CallbackInfo& info) {
  constexpr size_t kMostObjects = 256;
  Environment& environment = environment_of(info);
  const uint64_t token = environment.core_token(token_argument(info));
  Paused paused(environment.abi());
  std::unique_ptr<benchmem_object_totals[]> totals(new (std::nothrow) benchmem_object_totals[kMostObjects]);
  if (totals == nullptr) return throw_status(info.Env(), BENCHMEM_OUT_OF_MEMORY, environment.abi());
  size_t count = kMostObjects;
  const benchmem_status status =
      token == 0 ? BENCHMEM_NO_WINDOW : environment.abi().window_objects(token, totals.get(), &count);
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, environment.abi());
  Napi::Array rows = Napi::Array::New(info.Env(), count);
  for (size_t i = 0; i < count; ++i) {
    rows.Set(static_cast<uint32_t>(i), shared_object_row(info.Env(), totals[i]));
  }
  return rows;
}

Napi::Value allocator_figures(const Napi::CallbackInfo& info) {
  const Environment& environment = environment_of(info);
  benchmem_allocator_figures figures{};
  const benchmem_status status = environment.abi().allocator_figures(&figures);
  if (status == BENCHMEM_NOT_AVAILABLE) return info.Env().Undefined();
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, environment.abi());
  Paused paused(environment.abi());
  return allocator_object(info.Env(), figures);
}

Napi::Value own_resident_bytes(const Napi::CallbackInfo& info) {
  uint64_t bytes = 0;
  const benchmem_status status = environment_of(info).abi().own_resident_bytes(&bytes);
  if (status != BENCHMEM_OK) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

Napi::Value mapping_figures(const Napi::CallbackInfo& info) {
  constexpr size_t kMostRows = 256;
  const Environment& environment = environment_of(info);
  Paused paused(environment.abi());
  std::unique_ptr<benchmem_mapping_totals[]> totals(new (std::nothrow) benchmem_mapping_totals[kMostRows]);
  if (totals == nullptr) return throw_status(info.Env(), BENCHMEM_OUT_OF_MEMORY, environment.abi());
  size_t count = kMostRows;
  const benchmem_status status = environment.abi().mapping_figures(totals.get(), &count);
  if (status == BENCHMEM_NOT_AVAILABLE) return info.Env().Undefined();
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, environment.abi());
  Napi::Array rows = Napi::Array::New(info.Env(), count);
  for (size_t i = 0; i < count; ++i) rows.Set(static_cast<uint32_t>(i), mapping_row(info.Env(), totals[i]));
  return rows;
}

struct Method {
  const char* name;
  Napi::Value (*call)(const Napi::CallbackInfo& info);
};
constexpr Method kMethods[] = {
    {"describe", describe},
    {"install", install},
    {"uninstall", uninstall},
    {"openWindow", open_window},
    {"drainWindow", drain_window},
    {"readWindow", read_window},
    {"windowObjects", window_objects},
    {"closeWindow", close_window},
    {"collectGarbage", collect_garbage},
    {"collectAndRead", collect_and_read},
    {"collectIsolates", collect_isolates},
    {"allocatorFigures", allocator_figures},
    {"startReporter", start_reporter},
    {"joinReporter", join_reporter},
    {"finishBefore", finish_before},
    {"setFlags", set_flags},
    {"collectAlone", collect_alone},
    {"countFromBirth", count_from_birth},
    {"mappingFigures", mapping_figures},
    {"ownResidentBytes", own_resident_bytes},
    {"startProfile", start_profile},
    {"stopProfile", stop_profile},
    {"readProfile", read_profile},
    {"listenToCode", listen_to_code},
    {"codeFigures", code_figures},
    {"demangle", demangle},
    {"markHeapIds", mark_heap_ids},
    {"openPipe", open_pipe},
    {"forkedProcesses", forked_processes},
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  const AbiChoice choice = choose_abi();
  if (choice.table == nullptr) {
    throw_preload_version(env, choice.found_version);
    return exports;
  }
  Paused paused(*choice.table); // a worker of a process that `exec` observes loads this inside its window
  Environment* environment = Environment::create(env, *choice.table);
  if (environment == nullptr) {
    throw_status(env, BENCHMEM_OUT_OF_MEMORY, *choice.table);
    return exports;
  }
  for (const Method& method : kMethods) {
    exports.Set(method.name, Napi::Function::New(env, method.call, method.name, environment));
  }
  return exports;
}

NODE_API_MODULE(benchmem, init)

} // namespace
} // namespace benchmem::binding
