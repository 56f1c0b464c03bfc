// What the walk of a stack costs, beside the compiler's own unwinder on the same stack: run by benchmarks/native/walk-cost.mjs.
// Prints one JSON line: nanoseconds of a walk, of an unwinding, of a walk with nothing cached, and the frames of it.
// Usage: walk_cost DEPTH WALKS

#include <time.h>
#include <unwind.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "callers/stack_walk.h"
#include "callers/walk_cache.h"

using namespace benchmem;

namespace {

constexpr size_t kRoom = 1024;
WalkedFrame frames[kRoom];

double now() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

_Unwind_Reason_Code count_frame(_Unwind_Context* context, void* count) {
  *static_cast<size_t*>(count) += _Unwind_GetIP(context) != 0;
  return _URC_NO_REASON;
}

// Stands for a hooked entry point.
__attribute__((noinline)) WalkedStack walk_here() {
  const CallSite site = BENCHMEM_CALL_SITE();
  const WalkedStack stack = walk_stack(site, frames, kRoom);
  asm volatile("");
  return stack;
}

__attribute__((noinline)) size_t unwind_here() {
  size_t count = 0;
  _Unwind_Backtrace(count_frame, &count);
  return count;
}

template <class Body>
double cost_of(long times, const Body& body) {
  const double before = now();
  for (long i = 0; i != times; ++i) body();
  return (now() - before) / static_cast<double>(times);
}

void measure(long walks) {
  const WalkedStack stack = walk_here();
  if (stack.end != WalkEnd::kOutermost) {
    std::fprintf(stderr, "the stack was not walked to its end: %zu frames\n", stack.count);
    std::exit(1);
  }
  unwind_here();
  const double walk = cost_of(walks, walk_here);
  const double unwinding = cost_of(walks / 20 + 1, unwind_here);
  const double first = cost_of(20, [] {
    callers::walk_cache.forget_everything();
    walk_here();
  });
  const double forgetting = cost_of(20, [] { callers::walk_cache.forget_everything(); });
  std::printf("{\"frames\":%zu,\"walk\":%.1f,\"unwinding\":%.1f,\"first\":%.1f}\n", stack.count, walk, unwinding,
              first - forgetting);
}

// Frames of three sizes, whose return addresses differ.
template <int kWhich>
__attribute__((noinline)) void descend(int depth, long walks) {
  volatile char space[16 + 40 * kWhich];
  space[0] = static_cast<char>(depth);
  if (depth == 0)
    measure(walks);
  else
    descend<(kWhich + 1) % 3>(depth - 1, walks);
  space[1] = space[0];
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  // WHY: it is less, because main, the C library's two frames and _start are above, and the measuring one below.
  descend<0>(std::atoi(arguments[1]) - 6, std::atol(arguments[2]));
  return 0;
}
