// Addon that makes isolates of its own through V8's interface, as engines embedded in addons do: create(rows) makes one
// whose global object holds so many rows, dispose() ends the oldest one that stands. Nothing of it runs in the caller's isolate.
#include <node.h>
#include <node_api.h>
#include <uv.h>
#include <v8.h>

#include <deque>
#include <memory>
#include <string>

namespace {

struct Embedded {
  v8::Isolate* isolate;
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator;
};
std::deque<Embedded> standing;

node::MultiIsolatePlatform* platform_of_caller() {
  v8::Isolate* caller = v8::Isolate::GetCurrent();
  v8::HandleScope scope(caller);
  return node::GetMultiIsolatePlatform(node::GetCurrentEnvironment(caller->GetCurrentContext()));
}

bool run(v8::Isolate* isolate, const std::string& source) {
  v8::Locker locker(isolate);
  v8::Isolate::Scope isolate_scope(isolate);
  v8::HandleScope handle_scope(isolate);
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  v8::Context::Scope context_scope(context);
  v8::Local<v8::String> text;
  v8::Local<v8::Script> script;
  if (!v8::String::NewFromUtf8(isolate, source.c_str()).ToLocal(&text)) return false;
  if (!v8::Script::Compile(context, text).ToLocal(&script) || script->Run(context).IsEmpty()) return false;
  // The context, and the rows with it, stays as long as its isolate.
  new v8::Global<v8::Context>(isolate, context);
  return true;
}

napi_value create(napi_env env, napi_callback_info call) {
  size_t count = 1;
  napi_value argument = nullptr;
  uint32_t rows = 0;
  napi_get_cb_info(env, call, &count, &argument, nullptr, nullptr);
  if (napi_get_value_uint32(env, argument, &rows) != napi_ok) {
    napi_throw_error(env, "ISOLATES", "create() needs a number of rows");
    return nullptr;
  }
  v8::Isolate::CreateParams params;
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  params.array_buffer_allocator = allocator.get();
  v8::Isolate* isolate = v8::Isolate::Allocate();
  platform_of_caller()->RegisterIsolate(isolate, uv_default_loop());
  v8::Isolate::Initialize(isolate, params);
  standing.push_back({isolate, std::move(allocator)});
  const std::string source =
      "globalThis.rows = Array.from({ length: " + std::to_string(rows) + " }, (_, id) => ({ id, name: 'n' + id })); 1";
  if (!run(isolate, source)) napi_throw_error(env, "ISOLATES", "the isolate's program failed");
  return nullptr;
}

napi_value dispose(napi_env env, napi_callback_info) {
  if (standing.empty()) {
    napi_throw_error(env, "ISOLATES", "no isolate stands");
    return nullptr;
  }
  Embedded oldest = std::move(standing.front());
  standing.pop_front();
  platform_of_caller()->UnregisterIsolate(oldest.isolate);
  oldest.isolate->Dispose();
  return nullptr;
}

napi_value init(napi_env env, napi_value exports) {
  napi_value function = nullptr;
  napi_create_function(env, "create", NAPI_AUTO_LENGTH, create, nullptr, &function);
  napi_set_named_property(env, exports, "create", function);
  napi_create_function(env, "dispose", NAPI_AUTO_LENGTH, dispose, nullptr, &function);
  napi_set_named_property(env, exports, "dispose", function);
  return exports;
}

} // namespace

NAPI_MODULE(isolates, init)
