// Reports that break the rules, slabs that are not excluded, pages from a bare system call, and whether benchmem is
// found at all. Plain Node-API.
#define _GNU_SOURCE
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "benchmem_allocator.h"

static _Alignas(16) char room[4096];

#define METHOD(name) static napi_value name(napi_env env, napi_callback_info info)

static int64_t number_argument(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  int64_t number = 0;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_int64(env, argument, &number);
  return number;
}

METHOD(is_found) {
  (void)info;
  napi_value found;
  napi_get_boolean(env, BENCHMEM_ALLOCATOR_PROVIDER != 0, &found);
  return found;
}

// Reports a block of 100 bytes that begins there in a room of 4,096 bytes.
METHOD(report_at) {
  benchmem_allocated(room + number_argument(env, info), 100);
  return NULL;
}

METHOD(report_freed_at) {
  benchmem_freed(room + number_argument(env, info));
  return NULL;
}

METHOD(clear) {
  (void)env, (void)info;
  benchmem_pool_cleared(room, sizeof(room));
  return NULL;
}

// A slab that counts as any block, because it was not taken as the pool's own memory; its first block is at its start.
METHOD(counted_slab) {
  (void)env, (void)info;
  char* slab = malloc(4096);
  benchmem_allocated(slab, 100);
  free(slab);
  return NULL;
}

METHOD(begin_own_memory) {
  (void)env, (void)info;
  (void)benchmem_own_memory_begin();
  return NULL;
}

METHOD(end_own_memory) {
  (void)env, (void)info;
  benchmem_own_memory_end(BENCHMEM_ALLOCATOR_PROVIDER);
  return NULL;
}

static void* raw_pages;
static size_t raw_bytes;

METHOD(map_by_system_call) {
  raw_bytes = (size_t)number_argument(env, info);
  const long at = syscall(SYS_mmap, NULL, raw_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
  raw_pages = (void*)at;
  if (raw_pages == MAP_FAILED) return napi_throw_error(env, "POOL", "no memory"), NULL;
  memset(raw_pages, 1, raw_bytes);
  return NULL;
}

METHOD(unmap_by_system_call) {
  (void)env, (void)info;
  syscall(SYS_munmap, raw_pages, raw_bytes);
  return NULL;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"isFound", NULL, is_found, NULL, NULL, NULL, napi_default, NULL},
      {"reportAt", NULL, report_at, NULL, NULL, NULL, napi_default, NULL},
      {"reportFreedAt", NULL, report_freed_at, NULL, NULL, NULL, napi_default, NULL},
      {"clear", NULL, clear, NULL, NULL, NULL, napi_default, NULL},
      {"countedSlab", NULL, counted_slab, NULL, NULL, NULL, napi_default, NULL},
      {"beginOwnMemory", NULL, begin_own_memory, NULL, NULL, NULL, napi_default, NULL},
      {"endOwnMemory", NULL, end_own_memory, NULL, NULL, NULL, napi_default, NULL},
      {"mapBySystemCall", NULL, map_by_system_call, NULL, NULL, NULL, napi_default, NULL},
      {"unmapBySystemCall", NULL, unmap_by_system_call, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(methods[0]), methods);
  return exports;
}
