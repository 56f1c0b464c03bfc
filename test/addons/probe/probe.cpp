// Node-API addon that allocates exactly what it is told: in the call, on the libuv pool, kept, mapped, or behind a Buffer.
// Every transient block is written to and freed before the call (or the pool's work) ends.
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <vector>

namespace {

std::vector<void*> kept;

napi_value undefined_value(napi_env env) {
  napi_value result = nullptr;
  napi_get_undefined(env, &result);
  return result;
}

napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, "PROBE", message);
  return nullptr;
}

// The call's first argument as a number of bytes.
bool bytes_argument(napi_env env, napi_callback_info call, size_t* out) {
  size_t count = 1;
  napi_value argument = nullptr;
  int64_t number = 0;
  napi_get_cb_info(env, call, &count, &argument, nullptr, nullptr);
  if (napi_get_value_int64(env, argument, &number) != napi_ok || number < 0) return false;
  *out = static_cast<size_t>(number);
  return true;
}

bool hold_and_release(size_t bytes) {
  void* const block = malloc(bytes);
  if (block == nullptr) return false;
  memset(block, 0x5a, bytes);
  free(block);
  return true;
}

// Pages of its own, past every allocator; nobody unmaps them.
bool map_and_touch(size_t bytes) {
  void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return false;
  memset(pages, 0x5a, bytes);
  return true;
}

// As a library that works for a while: a mebibyte each 20 ms.
bool map_slowly(size_t bytes) {
  constexpr size_t kPiece = 1 << 20;
  for (size_t mapped = 0; mapped < bytes; mapped += kPiece) {
    if (!map_and_touch(kPiece)) return false;
    usleep(20000);
  }
  return true;
}

napi_value malloc_now(napi_env env, napi_callback_info call) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes) || !hold_and_release(bytes)) return fail(env, "malloc failed");
  return undefined_value(env);
}

napi_value new_now(napi_env env, napi_callback_info call) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes)) return fail(env, "no size");
  void* const block = ::operator new(bytes, std::nothrow);
  if (block == nullptr) return fail(env, "operator new failed");
  memset(block, 0x5a, bytes);
  ::operator delete(block);
  return undefined_value(env);
}

// A strdup of `bytes` characters: allocates bytes + 1 beside the source string, which has the same size.
napi_value strdup_now(napi_env env, napi_callback_info call) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes)) return fail(env, "no size");
  char* const source = static_cast<char*>(malloc(bytes + 1));
  if (source == nullptr) return fail(env, "malloc failed");
  memset(source, 'b', bytes);
  source[bytes] = '\0';
  char* const copy = strdup(source);
  free(source);
  free(copy);
  return undefined_value(env);
}

napi_value keep(napi_env env, napi_callback_info call) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes)) return fail(env, "no size");
  void* const block = malloc(bytes);
  if (block == nullptr) return fail(env, "malloc failed");
  memset(block, 0x5a, bytes);
  kept.push_back(block);
  return undefined_value(env);
}

napi_value keep_mapped(napi_env env, napi_callback_info call) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes) || !map_and_touch(bytes)) return fail(env, "mmap failed");
  return undefined_value(env);
}

napi_value release_kept(napi_env env, napi_callback_info) {
  for (void* block : kept) free(block);
  kept.clear();
  return undefined_value(env);
}

napi_value external_buffer(napi_env env, napi_callback_info call) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes)) return fail(env, "no size");
  void* const block = malloc(bytes);
  if (block == nullptr) return fail(env, "malloc failed");
  memset(block, 0x5a, bytes);
  napi_value buffer = nullptr;
  const auto release = [](napi_env, void* data, void*) { free(data); };
  if (napi_create_external_buffer(env, bytes, block, release, nullptr, &buffer) != napi_ok) {
    free(block);
    return fail(env, "no external buffer");
  }
  return buffer;
}

// So many references to one object, which nobody deletes.
napi_value keep_references(napi_env env, napi_callback_info call) {
  size_t count = 0;
  if (!bytes_argument(env, call, &count)) return fail(env, "no count");
  napi_value object = nullptr;
  napi_create_object(env, &object);
  for (size_t each = 0; each != count; ++each) {
    napi_ref reference = nullptr;
    if (napi_create_reference(env, object, 1, &reference) != napi_ok) return fail(env, "no reference");
  }
  return undefined_value(env);
}

struct PoolWork {
  napi_async_work work;
  napi_deferred deferred;
  bool (*run)(size_t bytes);
  size_t bytes;
  bool succeeded;
};

void complete_pool_work(napi_env env, napi_status, void* argument) {
  PoolWork* const pool_work = static_cast<PoolWork*>(argument);
  const napi_value result = undefined_value(env);
  if (pool_work->succeeded) {
    napi_resolve_deferred(env, pool_work->deferred, result);
  } else {
    napi_reject_deferred(env, pool_work->deferred, result);
  }
  napi_delete_async_work(env, pool_work->work);
  delete pool_work;
}

napi_value run_on_pool(napi_env env, napi_callback_info call, bool (*run)(size_t bytes)) {
  size_t bytes = 0;
  if (!bytes_argument(env, call, &bytes)) return fail(env, "no size");
  PoolWork* const pool_work = new PoolWork{nullptr, nullptr, run, bytes, false};
  napi_value promise = nullptr, name = nullptr;
  napi_create_promise(env, &pool_work->deferred, &promise);
  napi_create_string_utf8(env, "probe", NAPI_AUTO_LENGTH, &name);
  const auto execute = [](napi_env, void* argument) {
    PoolWork* const mine = static_cast<PoolWork*>(argument);
    mine->succeeded = mine->run(mine->bytes);
  };
  napi_create_async_work(env, nullptr, name, execute, complete_pool_work, pool_work, &pool_work->work);
  napi_queue_async_work(env, pool_work->work);
  return promise;
}

napi_value malloc_on_pool(napi_env env, napi_callback_info call) { return run_on_pool(env, call, hold_and_release); }

napi_value map_on_pool(napi_env env, napi_callback_info call) { return run_on_pool(env, call, map_slowly); }

} // namespace

NAPI_MODULE_INIT() {
  const struct {
    const char* name;
    napi_callback callback;
  } functions[] = {{"mallocNow", malloc_now},        {"newNow", new_now},
                   {"strdupNow", strdup_now},        {"keep", keep},
                   {"releaseKept", release_kept},    {"externalBuffer", external_buffer},
                   {"mallocOnPool", malloc_on_pool}, {"keepReferences", keep_references},
                   {"keepMapped", keep_mapped},      {"mapOnPool", map_on_pool}};
  for (const auto& function : functions) {
    napi_value value = nullptr;
    napi_create_function(env, function.name, NAPI_AUTO_LENGTH, function.callback, nullptr, &value);
    napi_set_named_property(env, exports, function.name, value);
  }
  return exports;
}
