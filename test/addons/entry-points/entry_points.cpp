// Node-API addon for the preload tests: calls every allocation function that a program can reach and checks what the
// C and C++ standards promise of it, and forks while other threads allocate. Says what was wrong, counts nothing.
#include <dlfcn.h>
#include <malloc.h>
#include <node_api.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "abi/benchmem_abi.h"

namespace {

using Failures = std::vector<std::string>;

volatile size_t too_much = SIZE_MAX / 2; // volatile: the compiler would refuse it otherwise

bool is_aligned(const void* block, size_t alignment) { return (reinterpret_cast<uintptr_t>(block) % alignment) == 0; }

// A block must be there, aligned, as large as was asked for, and ours to write.
void check_block(Failures& failures, const std::string& what, void* block, size_t bytes, size_t alignment) {
  if (block == nullptr) return failures.push_back(what + ": no memory"), void();
  if (!is_aligned(block, alignment)) failures.push_back(what + ": misaligned");
  if (malloc_usable_size(block) < bytes) failures.push_back(what + ": usable size too small");
  memset(block, 0x5a, bytes);
}

void expect(Failures& failures, bool holds, const std::string& what) {
  if (!holds) failures.push_back(what);
}

void check_plain(Failures& failures, size_t bytes) {
  const std::string size = " of " + std::to_string(bytes);
  void* block = malloc(bytes);
  check_block(failures, "malloc" + size, block, bytes, 16);
  void* grown = realloc(block, bytes * 2 + 1);
  check_block(failures, "realloc up" + size, grown, bytes * 2 + 1, 16);
  void* shrunk = reallocarray(grown, bytes / 2 + 1, 1);
  check_block(failures, "reallocarray down" + size, shrunk, bytes / 2 + 1, 16);
  free(shrunk);
  auto* zeroed = static_cast<unsigned char*>(calloc(bytes, 1));
  for (size_t i = 0; i < bytes; ++i) {
    if (zeroed[i] == 0) continue;
    failures.push_back("calloc" + size + ": not zero");
    break;
  }
  check_block(failures, "calloc" + size, zeroed, bytes, 16);
  free(zeroed);
  check_block(failures, "valloc" + size, block = valloc(bytes), bytes, 4096);
  free(block);
  check_block(failures, "pvalloc" + size, block = pvalloc(bytes), (bytes + 4095) / 4096 * 4096, 4096);
  free(block);
}

void check_aligned(Failures& failures, size_t alignment, size_t bytes) {
  const std::string what = " of " + std::to_string(bytes) + " at " + std::to_string(alignment);
  void* block = memalign(alignment, bytes);
  check_block(failures, "memalign" + what, block, bytes, alignment);
  free(block);
  block = aligned_alloc(alignment, bytes);
  check_block(failures, "aligned_alloc" + what, block, bytes, alignment);
  free(block);
  block = nullptr;
  const int error = posix_memalign(&block, alignment, bytes);
  expect(failures, alignment < sizeof(void*) ? error == EINVAL : error == 0,
         "posix_memalign" + what + ": wrong answer");
  if (error == 0) check_block(failures, "posix_memalign" + what, block, bytes, alignment);
  free(block);
  const auto at = static_cast<std::align_val_t>(alignment);
  check_block(failures, "new" + what, block = operator new(bytes, at), bytes, alignment);
  operator delete(block, at);
  check_block(failures, "new[]" + what, block = operator new[](bytes, at), bytes, alignment);
  operator delete[](block, bytes, at);
  check_block(failures, "new nothrow" + what, block = operator new(bytes, at, std::nothrow), bytes, alignment);
  operator delete(block, at, std::nothrow);
  check_block(failures, "new[] nothrow" + what, block = operator new[](bytes, at, std::nothrow), bytes, alignment);
  operator delete[](block, at, std::nothrow);
}

void check_operators(Failures& failures, size_t bytes) {
  const std::string what = " of " + std::to_string(bytes);
  void* block = operator new(bytes);
  check_block(failures, "new" + what, block, bytes, 16);
  operator delete(block);
  check_block(failures, "new[]" + what, block = operator new[](bytes), bytes, 16);
  operator delete[](block, bytes);
  check_block(failures, "new nothrow" + what, block = operator new(bytes, std::nothrow), bytes, 16);
  operator delete(block, std::nothrow);
  check_block(failures, "new[] nothrow" + what, block = operator new[](bytes, std::nothrow), bytes, 16);
  operator delete[](block, std::nothrow);
}

std::atomic<int> handler_calls{0};

template <class Allocate>
bool throws_bad_alloc(Allocate allocate) {
  try {
    return allocate() == nullptr;
  } catch (const std::bad_alloc&) {
    return true;
  }
}

void check_refusals(Failures& failures) {
  errno = 0;
  expect(failures, malloc(too_much) == nullptr && errno == ENOMEM, "malloc of too much: no ENOMEM");
  errno = 0;
  expect(failures, calloc(too_much, 4) == nullptr && errno == ENOMEM, "calloc overflow: no ENOMEM");
  void* const block = malloc(100);
  errno = 0;
  void* const moved = reallocarray(block, too_much, 4);
  expect(failures, moved == nullptr && errno == ENOMEM, "reallocarray overflow: no ENOMEM");
  if (moved == nullptr) free(block);
  void* untouched = &failures;
  expect(failures, posix_memalign(&untouched, 24, 100) == EINVAL && untouched == &failures,
         "posix_memalign: no EINVAL");
  expect(failures, operator new(too_much, std::nothrow) == nullptr, "new nothrow of too much: a block");
  expect(failures, throws_bad_alloc([] { return operator new(too_much); }), "new of too much: no bad_alloc");
  expect(failures, throws_bad_alloc([] { return operator new[](too_much); }), "new[] of too much: no bad_alloc");
  expect(failures, throws_bad_alloc([] { return operator new (too_much, std::align_val_t{64}); }),
         "aligned new of too much: no bad_alloc");
  expect(failures, throws_bad_alloc([] { return operator new (64, std::align_val_t{48}); }),
         "new at an alignment of 48: no bad_alloc");
  handler_calls = 0;
  std::set_new_handler([] {
    if (++handler_calls == 3) std::set_new_handler(nullptr);
  });
  expect(failures, throws_bad_alloc([] { return operator new(too_much); }) && handler_calls == 3,
         "the new handler was not called until it gave up");
  std::set_new_handler(nullptr);
}

void check_odds(Failures& failures) {
  void* empty = malloc(0);
  expect(failures, empty != nullptr, "malloc(0): null");
  free(empty);
  free(nullptr);
  errno = 4711;
  free(malloc(1 << 20));
  expect(failures, errno == 4711, "malloc and free changed errno");
  void* odd = memalign(48, 1000);
  check_block(failures, "memalign at 48", odd, 1000, 64);
  free(odd);
  void* gone = malloc(1000);
  expect(failures, realloc(gone, 0) == nullptr, "realloc to 0: a block");
  expect(failures, malloc_usable_size(nullptr) == 0, "usable size of null");
  char* copy = strdup("benchmem");
  expect(failures, strcmp(copy, "benchmem") == 0, "strdup");
  free(copy);
  copy = strndup("benchmem", 5);
  expect(failures, strcmp(copy, "bench") == 0, "strndup");
  free(copy);
  copy = strndup("benchmem", 50);
  expect(failures, strcmp(copy, "benchmem") == 0, "strndup beyond the end");
  free(copy);
  const auto plain_free = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_DEFAULT, "cfree"));
  if (plain_free != nullptr) plain_free(malloc(100));
}

napi_value string_array(napi_env env, const Failures& failures) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, failures.size(), &array);
  for (size_t i = 0; i < failures.size(); ++i) {
    napi_value text = nullptr;
    napi_create_string_utf8(env, failures[i].c_str(), failures[i].size(), &text);
    napi_set_element(env, array, static_cast<uint32_t>(i), text);
  }
  return array;
}

napi_value check_all(napi_env env, napi_callback_info) {
  Failures failures;
  for (size_t bytes : {0, 1, 7, 8, 15, 16, 17, 100, 1000, 4095, 4096, 4097, 100'000, 5'000'000}) {
    check_plain(failures, bytes);
    check_operators(failures, bytes);
    for (size_t alignment : {1, 2, 4, 8, 16, 32, 64, 1024, 4096, 65536}) check_aligned(failures, alignment, bytes);
  }
  check_refusals(failures);
  check_odds(failures);
  return string_array(env, failures);
}

// What a forked child finds: 0 fine, else the number of the step that went wrong.
int run_in_child(const benchmem_abi* abi, uint64_t token) {
  benchmem_reading reading;
  if (abi->window_read(token, &reading) != BENCHMEM_NO_WINDOW) return 1;
  void* blocks[200];
  for (int i = 0; i < 200; ++i) {
    blocks[i] = malloc(1000 * (i + 1));
    if (blocks[i] == nullptr) return 2;
    memset(blocks[i], i, 1000 * (i + 1));
  }
  const benchmem_window_options options = {BENCHMEM_ALL_THREADS, 0};
  uint64_t own = 0;
  if (abi->window_open(&options, &own) != BENCHMEM_OK) return 3;
  void* counted = malloc(123'456);
  if (abi->window_read(own, &reading) != BENCHMEM_OK) return 4;
  const benchmem_source_totals& program = reading.source[BENCHMEM_PROGRAM];
  if (program.allocations != 1 || program.total_bytes != 123'456) return 5;
  free(counted);
  for (void* block : blocks) free(block);
  if (abi->window_close(own, &reading) != BENCHMEM_OK) return 6;
  return reading.source[BENCHMEM_PROGRAM].older_freed_blocks == 200 ? 0 : 7;
}

// fork() of a process with busy threads, `rounds` times, inside the window `token`. Returns what went wrong.
napi_value fork_in_window(napi_env env, napi_callback_info call) {
  size_t count = 2;
  napi_value arguments[2];
  uint64_t token = 0;
  bool lossless = false;
  int32_t rounds = 0;
  napi_get_cb_info(env, call, &count, arguments, nullptr, nullptr);
  napi_get_value_bigint_uint64(env, arguments[0], &token, &lossless);
  napi_get_value_int32(env, arguments[1], &rounds);
  Failures failures;
  const auto table = reinterpret_cast<benchmem_abi_table_function>(dlsym(RTLD_DEFAULT, BENCHMEM_ABI_SYMBOL));
  if (table == nullptr) failures.push_back("not preloaded");
  std::atomic<bool> stop{false};
  std::vector<std::thread> busy;
  for (int i = 0; i < 3; ++i) {
    busy.emplace_back([&stop] {
      for (size_t bytes = 1; !stop; bytes = bytes * 7 % 2'000'003) free(malloc(bytes));
    });
  }
  for (int32_t round = 0; table != nullptr && round < rounds; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20); // a deadlock ends as a signal
      _exit(run_in_child(table(), token));
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) failures.push_back("child " + std::to_string(round) + " ended with " + std::to_string(status));
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
  return string_array(env, failures);
}

} // namespace

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "checkAll", NAPI_AUTO_LENGTH, check_all, nullptr, &function);
  napi_set_named_property(env, exports, "checkAll", function);
  napi_create_function(env, "forkInWindow", NAPI_AUTO_LENGTH, fork_in_window, nullptr, &function);
  napi_set_named_property(env, exports, "forkInWindow", function);
  return exports;
}
