// Addon that makes isolates of its own through V8's interface, as engines embedded in addons do. create(rows, way) makes one
// whose global object holds so many rows, in one of V8's and node's ways; createOnThread(rows) makes, runs and disposes of
// one on a thread of its own; snapshot(rows) makes a snapshot; dispose() ends the oldest one that stands; run(source) runs
// in that one. Nothing of it runs in the caller's isolate.
#include <node.h>
#include <node_api.h>
#include <uv.h>
#include <v8.h>

#include <deque>
#include <memory>
#include <string>
#include <thread>

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

std::string program_of(uint32_t rows) {
  return "globalThis.rows = Array.from({ length: " + std::to_string(rows) +
         " }, (_, id) => ({ id, name: 'n' + id })); 1";
}

// `way`: 0 Allocate and Initialize, 1 node's NewIsolate. V8's New is none that node's platform allows.
v8::Isolate* make(node::MultiIsolatePlatform* platform, v8::ArrayBuffer::Allocator* allocator, uint32_t way) {
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = allocator;
  if (way == 1) {
    static std::shared_ptr<node::ArrayBufferAllocator> shared = node::ArrayBufferAllocator::Create();
    return node::NewIsolate(shared, uv_default_loop(), platform);
  }
  v8::Isolate* isolate = v8::Isolate::Allocate();
  platform->RegisterIsolate(isolate, uv_default_loop());
  v8::Isolate::Initialize(isolate, params);
  return isolate;
}

// With the allocator that most addons take: V8's own, which ends in a jump to calloc.
Embedded make_one(node::MultiIsolatePlatform* platform, uint32_t way) {
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  v8::Isolate* isolate = make(platform, allocator.get(), way);
  return {isolate, std::move(allocator)};
}

bool numbers_of(napi_env env, napi_callback_info call, uint32_t* first, uint32_t* second) {
  size_t count = 2;
  napi_value arguments[2] = {};
  napi_get_cb_info(env, call, &count, arguments, nullptr, nullptr);
  if (napi_get_value_uint32(env, arguments[0], first) != napi_ok) return false;
  return count < 2 || napi_get_value_uint32(env, arguments[1], second) == napi_ok;
}

napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, "ISOLATES", message);
  return nullptr;
}

napi_value create(napi_env env, napi_callback_info call) {
  uint32_t rows = 0;
  uint32_t way = 0;
  if (!numbers_of(env, call, &rows, &way)) return fail(env, "create() needs a number of rows");
  standing.push_back(make_one(platform_of_caller(), way));
  return run(standing.back().isolate, program_of(rows)) ? nullptr : fail(env, "the isolate's program failed");
}

napi_value run_source(napi_env env, napi_callback_info call) {
  size_t count = 1;
  napi_value argument = nullptr;
  char source[4096];
  napi_get_cb_info(env, call, &count, &argument, nullptr, nullptr);
  if (napi_get_value_string_utf8(env, argument, source, sizeof(source), nullptr) != napi_ok || standing.empty()) {
    return fail(env, "run() needs a text, and an isolate that stands");
  }
  return run(standing.front().isolate, source) ? nullptr : fail(env, "the isolate's program failed");
}

void end(node::MultiIsolatePlatform* platform, Embedded embedded) {
  platform->UnregisterIsolate(embedded.isolate);
  embedded.isolate->Dispose();
}

napi_value create_on_thread(napi_env env, napi_callback_info call) {
  uint32_t rows = 0;
  uint32_t unused = 0;
  if (!numbers_of(env, call, &rows, &unused)) return fail(env, "createOnThread() needs a number of rows");
  node::MultiIsolatePlatform* platform = platform_of_caller();
  bool done = false;
  std::thread([&] {
    Embedded embedded = make_one(platform, 0);
    done = run(embedded.isolate, program_of(rows));
    end(platform, std::move(embedded));
  }).join();
  return done ? nullptr : fail(env, "the isolate's program failed");
}

napi_value snapshot(napi_env env, napi_callback_info call) {
  uint32_t rows = 0;
  uint32_t unused = 0;
  if (!numbers_of(env, call, &rows, &unused)) return fail(env, "snapshot() needs a number of rows");
  node::MultiIsolatePlatform* platform = platform_of_caller();
  v8::Isolate* isolate = v8::Isolate::Allocate();
  platform->RegisterIsolate(isolate, uv_default_loop());
  bool done = false;
  {
    v8::SnapshotCreator creator(isolate);
    {
      v8::HandleScope scope(isolate);
      v8::Local<v8::Context> context = v8::Context::New(isolate);
      v8::Context::Scope context_scope(context);
      v8::Local<v8::String> text;
      v8::Local<v8::Script> script;
      done = v8::String::NewFromUtf8(isolate, program_of(rows).c_str()).ToLocal(&text) &&
             v8::Script::Compile(context, text).ToLocal(&script) && !script->Run(context).IsEmpty();
      creator.SetDefaultContext(context);
    }
    delete[] creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kClear).data;
  }
  platform->UnregisterIsolate(isolate);
  return done ? nullptr : fail(env, "the snapshot's program failed");
}

napi_value dispose(napi_env env, napi_callback_info) {
  if (standing.empty()) return fail(env, "no isolate stands");
  Embedded oldest = std::move(standing.front());
  standing.pop_front();
  end(platform_of_caller(), std::move(oldest));
  return nullptr;
}

napi_value init(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback call;
  } kFunctions[] = {{"create", create},
                    {"createOnThread", create_on_thread},
                    {"snapshot", snapshot},
                    {"run", run_source},
                    {"dispose", dispose}};
  for (const auto& each : kFunctions) {
    napi_value function = nullptr;
    napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.call, nullptr, &function);
    napi_set_named_property(env, exports, each.name, function);
  }
  return exports;
}

} // namespace

NAPI_MODULE(isolates, init)
