// What a hooked malloc + free pair costs: one workload, run unhooked, attached or preloaded by benchmarks/native/hook-cost.mjs.
// Prints one JSON line: thread CPU nanoseconds per pair (fastest of the repetitions) and what the tracker saw.
// Usage: hook_cost pairs|growth THREADS SLOTS OPERATIONS BYTES closed|open|loop [path of the attached library]
// BYTES: the largest block, the smallest has 16; or both, as 8192-32768. `loop` leaves malloc and free out: what the rest of the measured loop costs.

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "abi/benchmem_abi.h"

namespace {

struct Plan {
  bool growth;
  int threads;
  long slots;
  long operations;
  long min_bytes;
  long max_bytes;
  bool loop_only;
};

Plan plan;
pthread_barrier_t barrier;
double nanoseconds[64];

double thread_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(88172645463325252ull + seed * 7919) {}
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

 private:
  uint64_t state_;
};

size_t size_from(uint64_t word) {
  const auto least = static_cast<uint64_t>(plan.min_bytes);
  return least + (word & 0xfffff) % (static_cast<uint64_t>(plan.max_bytes) - least + 1);
}

// Slots that are freed and taken again at random: as many blocks live throughout as there are slots.
double pairs(void** slots, Random& random) {
  const double start = thread_seconds();
  for (long i = 0; i < plan.operations; ++i) {
    const uint64_t word = random.next();
    const uint64_t slot = (word >> 20) % static_cast<uint64_t>(plan.slots);
    free(slots[slot]);
    slots[slot] = malloc(size_from(word));
    *static_cast<char*>(slots[slot]) = 1;
  }
  return thread_seconds() - start;
}

// The same without the allocator. The empty statement takes the size as an input, so that it must be computed.
double pairs_loop(void** slots, Random& random) {
  const double start = thread_seconds();
  for (long i = 0; i < plan.operations; ++i) {
    const uint64_t word = random.next();
    const uint64_t slot = (word >> 20) % static_cast<uint64_t>(plan.slots);
    __asm__ volatile("" : : "r"(size_from(word)));
    *static_cast<char*>(slots[slot]) = 1;
  }
  return thread_seconds() - start;
}

// Nothing is freed while the clock runs: every allocation is a new maximum.
double growth(std::vector<void*>& held, Random& random) {
  const double start = thread_seconds();
  for (long i = 0; i < plan.operations; ++i) {
    void* block = malloc(size_from(random.next()));
    *static_cast<char*>(block) = 1;
    held[static_cast<size_t>(i)] = block;
  }
  return thread_seconds() - start;
}

double growth_loop(std::vector<void*>& held, Random& random) {
  char byte = 0;
  const double start = thread_seconds();
  for (long i = 0; i < plan.operations; ++i) {
    __asm__ volatile("" : : "r"(size_from(random.next())), "r"(&byte) : "memory");
    byte = 1;
    held[static_cast<size_t>(i)] = nullptr;
  }
  return thread_seconds() - start;
}

double run_plan(std::vector<void*>& blocks, Random& random) {
  if (plan.loop_only) return plan.growth ? growth_loop(blocks, random) : pairs_loop(blocks.data(), random);
  return plan.growth ? growth(blocks, random) : pairs(blocks.data(), random);
}

void* run_thread(void* argument) {
  const auto id = reinterpret_cast<intptr_t>(argument);
  Random random(static_cast<uint64_t>(id));
  std::vector<void*> blocks(static_cast<size_t>(plan.growth ? plan.operations : plan.slots));
  if (!plan.growth) {
    for (void*& block : blocks) block = malloc(size_from(random.next()));
  }
  pthread_barrier_wait(&barrier);
  const double seconds = run_plan(blocks, random);
  nanoseconds[id] = seconds * 1e9 / static_cast<double>(plan.operations);
  pthread_barrier_wait(&barrier);
  for (void* block : blocks) free(block);
  return nullptr;
}

const benchmem_abi* find_abi(const char* attached_library) {
  void* symbol = dlsym(RTLD_DEFAULT, BENCHMEM_ABI_SYMBOL);
  if (symbol == nullptr && attached_library != nullptr) {
    void* library = dlopen(attached_library, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      fprintf(stderr, "%s\n", dlerror());
      exit(2);
    }
    symbol = dlsym(library, "benchmem_attached_table");
  }
  return symbol == nullptr ? nullptr : reinterpret_cast<benchmem_abi_table_function>(symbol)();
}

} // namespace

int main(int count, char** values) {
  if (count < 7) {
    fprintf(stderr, "usage: hook_cost pairs|growth THREADS SLOTS OPERATIONS BYTES closed|open|loop [library]\n");
    return 2;
  }
  const char* dash = strchr(values[5], '-');
  plan = {strcmp(values[1], "growth") == 0,
          atoi(values[2]),
          atol(values[3]),
          atol(values[4]),
          dash == nullptr ? 16 : atol(values[5]),
          atol(dash == nullptr ? values[5] : dash + 1),
          strcmp(values[6], "loop") == 0};
  const bool open = strcmp(values[6], "open") == 0;
  const benchmem_abi* abi = find_abi(count > 7 ? values[7] : nullptr);
  if (abi != nullptr && abi->install(nullptr, 0) != BENCHMEM_OK) return 2;
  uint64_t token = 0;
  const benchmem_window_options options = {BENCHMEM_ALL_THREADS, 0};
  if (open && (abi == nullptr || abi->window_open(&options, &token) != BENCHMEM_OK)) return 2;
  pthread_barrier_init(&barrier, nullptr, static_cast<unsigned>(plan.threads));
  std::vector<pthread_t> threads(static_cast<size_t>(plan.threads));
  for (intptr_t i = 0; i < plan.threads; ++i) {
    pthread_create(&threads[static_cast<size_t>(i)], nullptr, run_thread, reinterpret_cast<void*>(i));
  }
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  benchmem_reading reading = {};
  if (open && abi->window_close(token, &reading) != BENCHMEM_OK) return 2;
  double mean = 0;
  for (int i = 0; i < plan.threads; ++i) mean += nanoseconds[i] / plan.threads;
  printf("{\"nanosecondsPerOperation\":%.3f,\"allocations\":%llu,\"peakBytes\":%lld,\"settlements\":%llu}\n", mean,
         static_cast<unsigned long long>(reading.source[BENCHMEM_PROGRAM].allocations),
         static_cast<long long>(reading.source[BENCHMEM_PROGRAM].peak_bytes),
         static_cast<unsigned long long>(reading.settlements));
  return 0;
}
