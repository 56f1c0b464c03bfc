// What a profile adds to an allocation and its free, at one depth: run by benchmarks/native/profile-cost.mjs.
// Prints one JSON line: nanoseconds of a pair that takes the tracker's lock, of the same with a profile of one stack and of
// stacks that differ in their innermost frames, and of a walk alone; and the stack's frames.
// Usage: profile_cost DEPTH PAIRS

#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "callers/stack_walk.h"
#include "tracker/record.h"
#include "tracker/tracker.h"

using namespace benchmem;

namespace {

constexpr ObjectId kAddon = 9;
constexpr size_t kRoom = 1024;
WalkedFrame frames[kRoom];

double now() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Nobody looks into a block: its address is made up.
void* block_at(long index) { return reinterpret_cast<void*>((uintptr_t{0x5500} << 24) + (index % 1000) * 64); }

// Two callers of the tracker, so that stacks can differ in their ends.
template <int kWhich>
__attribute__((noinline)) void pair(long index) {
  tracker::record_allocation(block_at(index), 64, kAddon, __builtin_return_address(0));
  static_cast<void>(tracker::record_free(block_at(index)));
  asm volatile("" ::"i"(kWhich));
}
__attribute__((noinline)) void one_stack(long index) {
  pair<0>(index);
  asm volatile("");
}
__attribute__((noinline)) void two_stacks(long index) {
  if (index % 2 == 0) {
    pair<0>(index);
  } else {
    pair<1>(index);
  }
  asm volatile("");
}
__attribute__((noinline)) size_t walk_here() {
  const CallSite site = BENCHMEM_CALL_SITE();
  const size_t count = walk_stack(site, frames, kRoom).count;
  asm volatile("");
  return count;
}

template <class Body>
double cost_of(long times, const Body& body) {
  const double before = now();
  for (long i = 0; i != times; ++i) body(i);
  return (now() - before) / static_cast<double>(times);
}

void ignore(const benchmem_event*, void*) {}

// In a window of its own. `profiled` or with a sink that does nothing: both take the lock for every event.
template <class Body>
double window_cost(bool profiled, long pairs, const Body& body) {
  uint64_t token = 0;
  const benchmem_window_options options = {BENCHMEM_ALL_THREADS, 0};
  if (profiled) tracker::profile_switch(1);
  if (!profiled) tracker::set_event_sink(ignore, nullptr);
  tracker::window_open(&options, &token);
  body(0);
  body(1);
  const double cost = cost_of(pairs, body);
  tracker::window_drain(token);
  benchmem_profile_view view{};
  const bool whole = !profiled || (tracker::profile_read(token, &view) == BENCHMEM_OK &&
                                   view.trouble == BENCHMEM_PROFILE_WHOLE && view.truncated_stacks == 0);
  tracker::window_close(token, nullptr);
  tracker::set_event_sink(nullptr, nullptr);
  if (profiled) tracker::profile_switch(0);
  if (!whole) {
    std::fprintf(stderr, "the profile is not whole: %u, %u stacks truncated\n", view.trouble, view.truncated_stacks);
    std::exit(1);
  }
  return cost;
}

void measure(long pairs) {
  const size_t depth = walk_here();
  const double locked = window_cost(false, pairs, one_stack);
  const double profiled = window_cost(true, pairs, one_stack);
  const double differing = window_cost(true, pairs, two_stacks);
  const double walk = cost_of(pairs, [](long) { walk_here(); });
  std::printf("{\"frames\":%zu,\"locked\":%.1f,\"profiled\":%.1f,\"differing\":%.1f,\"walk\":%.1f}\n", depth, locked,
              profiled, differing, walk);
}

__attribute__((noinline)) void descend(int depth, long pairs) {
  if (depth == 0)
    measure(pairs);
  else
    descend(depth - 1, pairs);
  asm volatile("");
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  descend(std::atoi(arguments[1]) - 5, std::atol(arguments[2]));
  return 0;
}
