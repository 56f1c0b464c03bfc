// Walks from every single instruction of code that the processor is stepped through: prologues and epilogues, the PLT,
// the loader's lazy binding, the vdso. What the compiler's own unwinder says of the same stack is the truth.
#include <doctest/doctest.h>

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)

#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unwind.h>

#include "callers/stack_walk.h"

using namespace benchmem;

namespace {

constexpr size_t kRoom = 256;
constexpr greg_t kTrapFlag = 0x100;

// INVARIANT: nothing here allocates: the code that is stepped through may be anywhere.
struct Stack {
  const void* addresses[kRoom];
  size_t count;
};
WalkedFrame frames[kRoom];
Stack unwound;
struct Tally {
  size_t steps = 0, in_vdso = 0, in_loader = 0, different = 0, truncated = 0;
  const void* first_different = nullptr;
} tally;
uintptr_t vdso_begin, loader_begin;

_Unwind_Reason_Code note_frame(_Unwind_Context* context, void*) {
  int before_instruction = 0;
  const uintptr_t address = _Unwind_GetIPInfo(context, &before_instruction);
  if (address != 0 && unwound.count != kRoom)
    unwound.addresses[unwound.count++] = reinterpret_cast<const void*>(address + (before_instruction != 0 ? 1 : 0));
  return _URC_NO_REASON;
}

bool same_as_unwound(size_t count) {
  if (count + 1 != unwound.count) return false; // the unwinder's first is the hooked function itself
  for (size_t i = 0; i != count; ++i) {
    if (frames[i].pc != unwound.addresses[i + 1]) return false;
  }
  return true;
}

__attribute__((noinline)) void compare_here(const void* interrupted) {
  const CallSite site = BENCHMEM_CALL_SITE();
  const WalkedStack stack = walk_stack(site, frames, kRoom);
  unwound.count = 0;
  _Unwind_Backtrace(note_frame, nullptr);
  tally.truncated += stack.end == WalkEnd::kTruncated;
  if (same_as_unwound(stack.count)) return;
  if (tally.different++ == 0) tally.first_different = interrupted;
}

// int3 begins the stepping, and ends it: the flag is changed in what the interrupted code goes on with.
void on_step(int, siginfo_t* signal, void* context) {
  greg_t(&registers)[__NGREG] = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (signal->si_code != TRAP_TRACE) registers[REG_EFL] ^= kTrapFlag;
  const greg_t at = registers[REG_RIP];
  constexpr uintptr_t kObjectBytes = 0x2000, kLoaderBytes = 0x40000;
  ++tally.steps;
  tally.in_vdso += static_cast<uintptr_t>(at) - vdso_begin < kObjectBytes;
  tally.in_loader += static_cast<uintptr_t>(at) - loader_begin < kLoaderBytes;
  compare_here(reinterpret_cast<const void*>(at));
}

template <class Body>
void step_through(const Body& body) {
  tally = {};
  struct sigaction action {
  }, before{};
  action.sa_sigaction = on_step;
  action.sa_flags = SA_SIGINFO;
  REQUIRE(sigaction(SIGTRAP, &action, &before) == 0);
  asm volatile("int3");
  body();
  asm volatile("int3");
  sigaction(SIGTRAP, &before, nullptr);
}

uintptr_t base_of(const void* address) {
  Dl_info info{};
  return dladdr(address, &info) == 0 ? 0 : reinterpret_cast<uintptr_t>(info.dli_fbase);
}

__attribute__((noinline)) int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

} // namespace

TEST_CASE("from every instruction, the stack is walked to the program's first frame") {
  void* const vdso = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);
  REQUIRE(vdso != nullptr);
  vdso_begin = base_of(dlsym(vdso, "__vdso_clock_gettime"));
  loader_begin = base_of(dlsym(RTLD_DEFAULT, "__tls_get_addr"));
  compare_here(nullptr); // the unwinder's own first use allocates

  step_through([] { fibonacci(4); });
  CHECK(tally.steps > 50);
  CHECK(tally.different == 0);
  CHECK(tally.truncated == 0);

  timespec now{};
  step_through([&now] { clock_gettime(CLOCK_MONOTONIC, &now); });
  INFO("first different: ", tally.first_different);
  CHECK(tally.in_vdso > 10);
  CHECK(tally.different == 0);
  CHECK(tally.truncated == 0);

  // Its first call of all: the loader binds it.
  step_through([] { getpriority(PRIO_PROCESS, 0); });
  CHECK_MESSAGE(tally.in_loader > 100, "this program is not linked with -z lazy");
  CHECK(tally.different == 0);
  CHECK(tally.truncated == 0);
}

#endif
