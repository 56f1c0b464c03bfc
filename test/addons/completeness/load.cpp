#include "load.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <atomic>

namespace {

constexpr int kMost = 64;
void* libraries[kMost];
int library_count = 0;

pthread_t threads[kMost];
int thread_count = 0;
std::atomic<bool> stopping{false};
std::atomic<long> rounds{0};
std::atomic<long> wrong{0};

bool holds(const char* block, char value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    if (block[i] != value) return false;
  }
  return true;
}

void allocate_round(unsigned* seed) {
  const size_t bytes = 1 + static_cast<size_t>(rand_r(seed)) % 5000;
  const char value = static_cast<char>(bytes);
  char* block = static_cast<char*>(malloc(bytes));
  memset(block, value, bytes);
  block = static_cast<char*>(realloc(block, bytes * 2));
  char* zeros = static_cast<char*>(calloc(1, bytes));
  char* array = new char[bytes];
  memset(array, value, bytes);
  char* copy = strdup("copied under load");
  const bool right = holds(block, value, bytes) && holds(zeros, 0, bytes) && holds(array, value, bytes) &&
                     strcmp(copy, "copied under load") == 0;
  if (!right) wrong += 1;
  free(copy);
  delete[] array;
  free(zeros);
  free(block);
  rounds.fetch_add(1, std::memory_order_relaxed);
}

void* allocate_until_stopped(void* number) {
  unsigned seed = static_cast<unsigned>(reinterpret_cast<uintptr_t>(number));
  do {
    allocate_round(&seed);
  } while (!stopping);
  return nullptr;
}

} // namespace

double open_library(const char* path, double) {
  if (library_count == kMost) return -1;
  void* handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return -1;
  libraries[library_count] = handle;
  return library_count++;
}

double call_library(const char*, double number) {
  if (library_count == 0) return -1;
  void* address = dlsym(libraries[library_count - 1], "library_allocate");
  return address == nullptr ? -1 : reinterpret_cast<int (*)(int)>(address)(static_cast<int>(number));
}

double library_address(const char*, double) {
  if (library_count == 0) return -1;
  return static_cast<double>(reinterpret_cast<uintptr_t>(dlsym(libraries[library_count - 1], "library_allocate")));
}

double close_library(const char*, double) { return library_count == 0 ? -1 : dlclose(libraries[--library_count]); }

double start_threads(const char*, double number) {
  stopping = false;
  rounds = 0;
  wrong = 0;
  for (thread_count = 0; thread_count < number && thread_count < kMost; ++thread_count) {
    void* argument = reinterpret_cast<void*>(static_cast<uintptr_t>(thread_count + 1));
    if (pthread_create(&threads[thread_count], nullptr, allocate_until_stopped, argument) != 0) break;
  }
  return thread_count;
}

double stop_threads(const char*, double) {
  stopping = true;
  for (int i = 0; i < thread_count; ++i) pthread_join(threads[i], nullptr);
  thread_count = 0;
  return wrong > 0 ? -static_cast<double>(wrong) : static_cast<double>(rounds);
}
