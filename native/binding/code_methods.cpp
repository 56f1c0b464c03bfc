#include "binding/code_methods.h"

#include <string>

#include "binding/environment.h"
#include "binding/errors.h"
#include "names/demangle.h"
#include "v8_heap/code_listener.h"
#include "v8_heap/paused.h"
#include "v8_heap/stack_annotator.h"

namespace benchmem::binding {
namespace {

using v8_heap::FunctionNames;
using v8_heap::ScriptKey;

Environment& environment_of(const Napi::CallbackInfo& info) { return *static_cast<Environment*>(info.Data()); }

void set_number(Napi::Object& object, const char* name, uint64_t value) {
  object.Set(name, Napi::Number::New(object.Env(), static_cast<double>(value)));
}

} // namespace

Napi::Value listen_to_code(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsBoolean()) {
    return throw_error(info.Env(), "INVALID_OPTION", "listenToCode() needs whether V8 inlines functions here",
                       "pass false where V8 runs with the flags of a profile's world, else true");
  }
  v8_heap::ListeningOptions options;
  options.inlines = info[0].As<Napi::Boolean>().Value();
  return Napi::Boolean::New(info.Env(), v8_heap::listen_to_code(environment_of(info).abi(), options));
}

Napi::Value code_figures(const Napi::CallbackInfo& info) {
  v8_heap::Paused paused(environment_of(info).abi());
  const v8_heap::AnnotatorFigures figures = v8_heap::annotator_figures();
  Napi::Object object = Napi::Object::New(info.Env());
  set_number(object, "stacks", figures.stacks);
  set_number(object, "busy", figures.busy);
  set_number(object, "unlearned", figures.unlearned);
  set_number(object, "unknown", figures.unknown);
  set_number(object, "moves", figures.moves);
  set_number(object, "checked", figures.checked);
  set_number(object, "different", figures.different);
  set_number(object, "notSampled", figures.not_sampled);
  return object;
}

Napi::Value demangle(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsString()) {
    return throw_error(info.Env(), "INVALID_OPTION", "demangle() needs a name", "pass the name of a symbol");
  }
  v8_heap::Paused paused(environment_of(info).abi());
  const std::string name = info[0].As<Napi::String>().Utf8Value();
  const std::string text = names::demangle(name);
  return text == name ? info[0] : Napi::String::New(info.Env(), text);
}

void set_functions(Napi::Object& reading) {
  Napi::Env env = reading.Env();
  const FunctionNames* names = v8_heap::function_names();
  const size_t count = names == nullptr ? 0 : names->count();
  const uint32_t own_isolate = v8_heap::isolate_number(v8_heap::symbols().try_get_current());
  Napi::Array functions = Napi::Array::New(env, count);
  Napi::Int32Array scripts = Napi::Int32Array::New(env, count);
  for (uint32_t function = 0; function < count; ++function) {
    Napi::HandleScope scope(env);
    const ScriptKey script = names->script(function);
    functions.Set(function, Napi::String::New(env, names->name(function)));
    scripts[function] = own_isolate != 0 && script.isolate == own_isolate ? script.script : 0;
  }
  reading.Set("functions", functions);
  reading.Set("functionScripts", scripts);
  const char* refusal = v8_heap::why_stacks_lack_javascript();
  if (refusal != nullptr) reading.Set("jsFramesRefused", Napi::String::New(env, refusal));
}

} // namespace benchmem::binding
