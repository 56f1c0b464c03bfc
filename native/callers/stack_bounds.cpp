#include "callers/stack_bounds.h"

#include <pthread.h>
#include <sys/auxv.h>

#include "kernel/map_lines.h"

namespace benchmem::callers {

namespace {

// An end of 0: not asked yet. PERF: initial-exec TLS, two words: a dlopen'ed object gets little of the static TLS block.
__thread Range tls_stack __attribute__((tls_model("initial-exec")));
constexpr Range kNoStack{1, 1};

struct Searches {
  StackSearch own, initial;
};

void see_line(const MapLine& line, void* context) noexcept {
  Searches& searches = *static_cast<Searches*>(context);
  const bool usable = line.readable && line.writable;
  searches.own.see(line.range, usable);
  searches.initial.see(line.range, usable);
}

// WHY: these are the anchors, because glibc and musl keep a thread's descriptor at the top of the stack that it was
// given, whoever mapped it, and the kernel puts its 16 random bytes above the first frame of the process's first
// thread.
// WHY: both are looked for, because in a forked child the first thread runs on the stack of the thread that forked.
__attribute__((cold, noinline)) Range ask(uintptr_t address) noexcept {
  ErrnoGuard guard;
  Searches searches{StackSearch(reinterpret_cast<uintptr_t>(pthread_self()), false),
                    StackSearch(getauxval(AT_RANDOM), true)};
  if (!for_each_map_line(see_line, &searches)) return kNoStack;
  const Range& own = searches.own.found();
  const Range& initial = searches.initial.found();
  if (own.holds(address)) return own;
  if (initial.holds(address)) return initial;
  const bool is_first = syscall(SYS_gettid) == syscall(SYS_getpid);
  const Range& answer = is_first ? initial : own;
  return answer.end == 0 ? kNoStack : answer;
}

} // namespace

Range thread_stack(uintptr_t address) noexcept {
  if (tls_stack.end == 0) tls_stack = ask(address);
  return tls_stack;
}

void StackSearch::see(const Range& mapping, bool readable_and_writable) noexcept {
  const bool continues = in_run_ && readable_and_writable && mapping.begin == before_;
  if (!continues) {
    run_begin_ = mapping.begin;
    floor_ = before_;
  }
  in_run_ = readable_and_writable;
  before_ = mapping.end;
  if (in_run_ && anchor_ >= mapping.begin && anchor_ < mapping.end) {
    found_ = {grows_ ? floor_ : run_begin_, anchor_ & ~(sizeof(uintptr_t) - 1)};
  }
}

} // namespace benchmem::callers
