// A profile's tables into typed arrays. Twice asked: for their sizes, then with room for them; a window that drains has
// no new stacks in between.
#include "binding/profile_methods.h"

#include <cstdio>
#include <memory>
#include <new>
#include <string>

#include "binding/code_methods.h"
#include "binding/environment.h"
#include "binding/errors.h"
#include "v8_heap/paused.h"

namespace benchmem::binding {
namespace {

using v8_heap::Paused;

constexpr size_t kMostObjects = 256;

Environment& environment_of(const Napi::CallbackInfo& info) { return *static_cast<Environment*>(info.Data()); }

template <class Number>
void set_number(Napi::Object& object, const char* name, Number value) {
  object.Set(name, Napi::Number::New(object.Env(), static_cast<double>(value)));
}

Napi::Value throw_difference(Napi::Env env, const benchmem_profile_difference& difference) {
  char message[200];
  std::snprintf(message, sizeof(message), "the profile's stacks have %lld %s, the window's own figure is %lld",
                static_cast<long long>(difference.of_stacks), difference.figure == nullptr ? "?" : difference.figure,
                static_cast<long long>(difference.of_tracker));
  return throw_error(env, "PROFILE_MISMATCH", message,
                     "this is a bug of benchmem: please report it with the program that was measured");
}

Napi::Value throw_trouble(Napi::Env env, const benchmem_profile_view& view) {
  switch (view.trouble) {
    case BENCHMEM_PROFILE_NO_PAGES:
      return throw_error(env, "OUT_OF_MEMORY", "the system refused the pages that the profile needs",
                         "raise the memory limit of this process, or profile a smaller piece of work");
    case BENCHMEM_PROFILE_TOO_LARGE:
      return throw_error(env, "PROFILE_TOO_LARGE", "the work has more distinct stacks or threads than a profile holds",
                         "profile a smaller piece of work");
    case BENCHMEM_PROFILE_MOVED:
      return throw_error(env, "PROFILE_VOID",
                         "a shared object was unloaded and loaded again at another address, so its frames have no "
                         "names",
                         "load native addons before the work that is profiled");
    default: return throw_difference(env, view.difference);
  }
}

Napi::Array objects_of(Napi::Env env, const benchmem_abi& abi) {
  std::unique_ptr<benchmem_profile_object[]> objects(new (std::nothrow) benchmem_profile_object[kMostObjects]);
  size_t count = objects == nullptr ? 0 : kMostObjects;
  if (objects == nullptr || abi.profile_objects(objects.get(), &count) != BENCHMEM_OK) count = 0;
  Napi::Array rows = Napi::Array::New(env, count);
  for (size_t i = 0; i < count; ++i) {
    Napi::Object row = Napi::Object::New(env);
    set_number(row, "id", objects[i].id);
    row.Set("path", Napi::String::New(env, objects[i].path));
    row.Set("base", Napi::BigInt::New(env, objects[i].base));
    rows.Set(static_cast<uint32_t>(i), row);
  }
  return rows;
}

Napi::Object totals_object(Napi::Env env, const benchmem_profile_totals& totals) {
  Napi::Object object = Napi::Object::New(env);
  set_number(object, "allocations", totals.allocations);
  set_number(object, "bytes", totals.bytes);
  set_number(object, "live", totals.live);
  set_number(object, "sumAtMark", totals.sum_at_mark);
  set_number(object, "peak", totals.peak);
  return object;
}

// Of distinct native frames. Where no code is read there is no count of it.
Napi::Object rule_counts(const Napi::Uint8Array& rules, bool reads_code) {
  constexpr size_t kRules = 3;
  size_t counts[kRules] = {};
  for (size_t i = 0; i < rules.ElementLength(); ++i) {
    if (rules[i] < kRules) ++counts[rules[i]];
  }
  Napi::Object object = Napi::Object::New(rules.Env());
  set_number(object, "table", counts[0]);
  if (reads_code) set_number(object, "code", counts[1]);
  set_number(object, "pointer", counts[2]);
  return object;
}

Napi::Object reading_of(Napi::Env env, const benchmem_abi& abi, uint64_t token, benchmem_profile_view* view) {
  Napi::BigUint64Array frames = Napi::BigUint64Array::New(env, view->frame_count);
  Napi::Uint8Array rules = Napi::Uint8Array::New(env, view->frame_count);
  Napi::Uint32Array nodes = Napi::Uint32Array::New(env, 2 * view->node_count);
  Napi::Uint32Array stacks = Napi::Uint32Array::New(env, view->stack_count);
  Napi::Float64Array figures = Napi::Float64Array::New(env, BENCHMEM_PROFILE_FIGURES * view->stack_count);
  Napi::Object object = Napi::Object::New(env);
  if (env.IsExceptionPending()) return object; // no memory for an array
  view->frames = frames.Data();
  view->frame_rules = rules.Data();
  view->nodes = nodes.Data();
  view->stacks = stacks.Data();
  view->figures = figures.Data();
  if (abi.profile_read(token, view) != BENCHMEM_OK || view->trouble != BENCHMEM_PROFILE_WHOLE) return object;
  object.Set("frames", frames);
  object.Set("rules", rules);
  object.Set("nodes", nodes);
  object.Set("stacks", stacks);
  object.Set("figures", figures);
  object.Set("objects", objects_of(env, abi));
  set_functions(object);
  object.Set("totals", totals_object(env, view->totals));
  set_number(object, "truncatedStacks", view->truncated_stacks);
  object.Set("frameRules", rule_counts(rules, view->reads_code != 0));
  return object;
}

} // namespace

Napi::Value start_profile(const Napi::CallbackInfo& info) {
  Environment& environment = environment_of(info);
  const benchmem_status status = environment.abi().profile_switch(1);
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, environment.abi());
  environment.name_javascript();
  return info.Env().Undefined();
}

Napi::Value stop_profile(const Napi::CallbackInfo& info) {
  Environment& environment = environment_of(info);
  const benchmem_status status = environment.abi().profile_switch(0);
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, environment.abi());
  environment.name_no_javascript();
  return info.Env().Undefined();
}

Napi::Value read_profile(const Napi::CallbackInfo& info) {
  const Environment& environment = environment_of(info);
  const benchmem_abi& abi = environment.abi();
  bool lossless = false;
  const uint64_t named =
      info.Length() > 0 && info[0].IsBigInt() ? info[0].As<Napi::BigInt>().Uint64Value(&lossless) : 0;
  const uint64_t token = environment.core_token(lossless ? named : 0);
  if (token == 0) return throw_status(info.Env(), BENCHMEM_NO_WINDOW, abi);
  Paused paused(abi);
  benchmem_profile_view view{};
  const benchmem_status status = abi.profile_read(token, &view);
  if (status != BENCHMEM_OK) return throw_status(info.Env(), status, abi);
  Napi::Object reading = Napi::Object::New(info.Env());
  if (view.trouble == BENCHMEM_PROFILE_WHOLE) reading = reading_of(info.Env(), abi, token, &view);
  if (view.trouble != BENCHMEM_PROFILE_WHOLE) return throw_trouble(info.Env(), view);
  return reading;
}

} // namespace benchmem::binding
