// kinds(): [{ name, expected }]; run(index, where): runs a kind with an allocation for its leaf, here ('main'), on a thread of
// the addon's own ('thread'), or on one of libuv's pool ('pool', then a promise); nameOf(address): as the loader knows it.
#define _GNU_SOURCE

#include "kinds.h"

#include <dlfcn.h>
#include <node_api.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 12345

static void* volatile block;

// The leaf itself is in tail position of nothing: its call of malloc has a frame of its own.
FRAME void allocating_leaf(void) {
  block = malloc(BLOCK_BYTES);
  STAY;
}

FRAME void* run_on_thread(void* kind) {
  ((const struct FrameKind*)kind)->run(allocating_leaf);
  STAY;
  return NULL;
}

static napi_value text_of(napi_env env, const char* text) {
  napi_value value;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

static napi_value kinds(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value list;
  napi_create_array(env, &list);
  const struct FrameKind* kind;
  for (uint32_t index = 0; (kind = frames_kind(index)) != NULL; ++index) {
    napi_value entry;
    napi_create_object(env, &entry);
    napi_set_named_property(env, entry, "name", text_of(env, kind->name));
    napi_set_named_property(env, entry, "expected", text_of(env, kind->expected));
    napi_set_element(env, list, index, entry);
  }
  return list;
}

struct PoolRun {
  const struct FrameKind* kind;
  napi_deferred deferred;
  napi_async_work work;
};

FRAME void run_in_pool(napi_env env, void* context) {
  (void)env;
  ((struct PoolRun*)context)->kind->run(allocating_leaf);
  STAY;
}

static void complete(napi_env env, napi_status status, void* context) {
  (void)status;
  struct PoolRun* const run = context;
  napi_value undefined;
  napi_get_undefined(env, &undefined);
  napi_resolve_deferred(env, run->deferred, undefined);
  napi_delete_async_work(env, run->work);
  free(run);
}

static napi_value start_in_pool(napi_env env, const struct FrameKind* kind) {
  struct PoolRun* const run = calloc(1, sizeof *run);
  napi_value promise;
  run->kind = kind;
  napi_create_promise(env, &run->deferred, &promise);
  napi_create_async_work(env, NULL, text_of(env, "frames"), run_in_pool, complete, run, &run->work);
  napi_queue_async_work(env, run->work);
  return promise;
}

FRAME napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  uint32_t index = 0;
  char where[8] = "";
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_uint32(env, arguments[0], &index);
  napi_get_value_string_utf8(env, arguments[1], where, sizeof where, NULL);
  const struct FrameKind* const kind = frames_kind(index);
  if (kind == NULL) return NULL;
  if (strcmp(where, "pool") == 0) return start_in_pool(env, kind);
  pthread_t thread;
  if (strcmp(where, "thread") != 0) {
    kind->run(allocating_leaf);
  } else if (pthread_create(&thread, NULL, run_on_thread, (void*)kind) == 0) {
    pthread_join(thread, NULL);
  }
  STAY;
  return NULL;
}

// Empty if the loader knows none.
static napi_value name_of(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  uint64_t address = 0;
  bool lossless = false;
  Dl_info found;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_bigint_uint64(env, argument, &address, &lossless);
  const bool known = dladdr((void*)(uintptr_t)address, &found) != 0 && found.dli_sname != NULL;
  return text_of(env, known ? found.dli_sname : "");
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"kinds", NULL, kinds, NULL, NULL, NULL, napi_default, NULL},
      {"run", NULL, run, NULL, NULL, NULL, napi_default, NULL},
      {"nameOf", NULL, name_of, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof methods / sizeof *methods, methods);
  return exports;
}
