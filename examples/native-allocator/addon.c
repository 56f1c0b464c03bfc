/* The allocator to JavaScript: open(mapped, bytes), take(bytes) -> index, resize(index, bytes),
 * release(index), reset(), close(). Blocks are written to. */
#include <node_api.h>
#include <string.h>

#include "bump.h"

enum { MOST_BLOCKS = 4096 };

static struct bump_pool pool;
static void* blocks[MOST_BLOCKS];
static size_t sizes[MOST_BLOCKS];
static int block_count = 0;

static napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, "BUMP", message);
  return NULL;
}

static int numbers(napi_env env, napi_callback_info info, size_t count, int64_t* out) {
  napi_value arguments[2];
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given < count) return 0;
  for (size_t i = 0; i < count; ++i) {
    if (napi_get_value_int64(env, arguments[i], &out[i]) != napi_ok || out[i] < 0) return 0;
  }
  return 1;
}

static napi_value open_pool(napi_env env, napi_callback_info info) {
  int64_t given[2]; /* whether to mmap, and bytes */
  if (!numbers(env, info, 2, given)) return fail(env, "open(mapped, bytes)");
  if (!bump_open(&pool, (size_t)given[1], given[0] != 0 ? BUMP_MMAP : BUMP_MALLOC)) return fail(env, "no memory");
  return NULL;
}

static napi_value take(napi_env env, napi_callback_info info) {
  int64_t bytes;
  if (!numbers(env, info, 1, &bytes) || block_count == MOST_BLOCKS) return fail(env, "take(bytes)");
  void* block = bump_take(&pool, (size_t)bytes);
  if (block == NULL) return fail(env, "the pool is full");
  memset(block, 0x5a, (size_t)bytes);
  blocks[block_count] = block;
  sizes[block_count] = (size_t)bytes;
  napi_value index;
  napi_create_int32(env, block_count++, &index);
  return index;
}

static napi_value resize(napi_env env, napi_callback_info info) {
  int64_t given[2]; /* index and bytes */
  if (!numbers(env, info, 2, given) || given[0] >= block_count) return fail(env, "resize(index, bytes)");
  void* moved = bump_resize(&pool, blocks[given[0]], sizes[given[0]], (size_t)given[1]);
  if (moved == NULL) return fail(env, "the pool is full");
  blocks[given[0]] = moved;
  sizes[given[0]] = (size_t)given[1];
  return NULL;
}

static napi_value release(napi_env env, napi_callback_info info) {
  int64_t index;
  if (!numbers(env, info, 1, &index) || index >= block_count) return fail(env, "release(index)");
  bump_release(&pool, blocks[index]);
  return NULL;
}

static napi_value reset(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  bump_reset(&pool);
  block_count = 0;
  return NULL;
}

static napi_value close_pool(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  bump_close(&pool);
  block_count = 0;
  return NULL;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"open", NULL, open_pool, NULL, NULL, NULL, napi_default, NULL},
      {"take", NULL, take, NULL, NULL, NULL, napi_default, NULL},
      {"resize", NULL, resize, NULL, NULL, NULL, napi_default, NULL},
      {"release", NULL, release, NULL, NULL, NULL, napi_default, NULL},
      {"reset", NULL, reset, NULL, NULL, NULL, napi_default, NULL},
      {"close", NULL, close_pool, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(methods[0]), methods);
  return exports;
}
