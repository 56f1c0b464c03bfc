// Walks of whole stacks in a real process, beside what the compiler's own unwinder says of the same stack.
#include <doctest/doctest.h>

#include <alloca.h>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <pthread.h>
#include <search.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "callers/machine.h"
#include "callers_walked_stack.h"

using namespace benchmem;
using walk_test::Addresses;
using walk_test::hooked;
using walk_test::hooked_with;
using walk_test::kRoom;
using walk_test::seen;

namespace {

using Call = void (*)();

__attribute__((noinline)) void recurse(int depth, Call call) {
  volatile char space[100];
  space[0] = static_cast<char>(depth);
  if (depth == 0)
    call();
  else
    recurse(depth - 1, call);
  space[1] = space[0];
}

void recurse_a_little() { recurse(2, hooked); }

void check_whole_stack() {
  CHECK(seen.end == WalkEnd::kOutermost);
  CHECK(seen.walked.size() > 2);
  CHECK(seen.walked == seen.unwound);
}

void in_thread(void (*body)()) {
  pthread_t thread;
  const auto start = [](void* call) -> void* {
    reinterpret_cast<Call>(call)();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, start, reinterpret_cast<void*>(body)) == 0);
  pthread_join(thread, nullptr);
}

template <size_t kBytes>
__attribute__((noinline)) void large_frame(Call call) {
  volatile char space[kBytes];
  space[0] = 1;
  call();
  space[1] = space[0];
}

} // namespace

TEST_CASE("a stack is walked to the program's first frame") {
  recurse(5, hooked);
  check_whole_stack();
  CHECK(seen.walked.size() > 7);
  for (const WalkedFrame& frame : seen.frames) {
    CHECK(frame.rule == kFromTable);
    CHECK(frame.object != kUnknownObject);
  }
}

TEST_CASE("a thread's stack is walked to clone") {
  in_thread([] { recurse(30, hooked); });
  check_whole_stack();
}

TEST_CASE("a forked child's stack is walked to where its parent's thread began") {
  in_thread([] {
    const pid_t child = fork();
    if (child == 0) {
      recurse(3, hooked);
      _exit(seen.end == WalkEnd::kOutermost && seen.walked == seen.unwound ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  });
}

TEST_CASE("library code between is walked through") {
  const int keys[] = {1, 2, 3};
  const auto compare = [](const void*, const void*) {
    recurse(1, hooked);
    return 0;
  };
  bsearch(keys, keys, 3, sizeof(int), compare);
  check_whole_stack();
  int array[] = {3, 2, 1};
  qsort(array, 3, sizeof(int), compare);
  check_whole_stack();
}

TEST_CASE("a stack deeper than the room keeps its leaf side, and says so") {
  recurse(100, [] { hooked_with(20); });
  CHECK(seen.end == WalkEnd::kTruncated);
  CHECK(seen.walked.size() == 20);
  REQUIRE(seen.unwound.size() > 100);
  CHECK(seen.walked == Addresses(seen.unwound.begin(), seen.unwound.begin() + 20));
  recurse(3, [] { hooked_with(0); });
  CHECK(seen.walked.empty());
  CHECK(seen.end == WalkEnd::kTruncated);
}

TEST_CASE("frames of any size are walked through") {
  large_frame<5000>(hooked);
  check_whole_stack();
  large_frame<100000>(recurse_a_little); // more than a rule can say
  check_whole_stack();
}

// Up to the handler a walk is right on every machine. arm64's tables do not say where a signal interrupted the frame above.
void check_stack_of_handler() {
  if (callers::kOwn.kind == callers::Machine::kX86_64) return check_whole_stack();
  REQUIRE(seen.walked.size() > 3);
  REQUIRE(seen.unwound.size() > 3);
  CHECK(std::equal(seen.walked.begin(), seen.walked.begin() + 4, seen.unwound.begin()));
}

TEST_CASE("a frame that a signal interrupted is walked through") {
  signal(SIGUSR1, [](int) { recurse(2, hooked); });
  raise(SIGUSR1);
  check_stack_of_handler();
  CHECK(seen.walked.size() > (callers::kOwn.kind == callers::Machine::kX86_64 ? 6 : 3));
  in_thread([] { raise(SIGUSR1); });
  check_stack_of_handler();
  signal(SIGUSR1, SIG_DFL);
}

TEST_CASE("a walk that starts on a signal's own stack has the direct caller alone") {
  constexpr size_t kBytes = 1 << 16;
  const std::unique_ptr<char[]> bytes(new char[kBytes]);
  stack_t stack{};
  stack.ss_sp = bytes.get();
  stack.ss_size = kBytes;
  REQUIRE(sigaltstack(&stack, nullptr) == 0);
  struct sigaction action {};
  action.sa_handler = [](int) { recurse(2, hooked); };
  action.sa_flags = SA_ONSTACK;
  REQUIRE(sigaction(SIGUSR1, &action, nullptr) == 0);
  raise(SIGUSR1);
  CHECK(seen.end == WalkEnd::kTruncated);
  REQUIRE(seen.walked.size() == 1);
  CHECK(seen.walked[0] == seen.unwound[0]);
  signal(SIGUSR1, SIG_DFL);
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, nullptr);
}

TEST_CASE("a walk that starts in a fiber has the direct caller alone, and the thread's own stack is whole again") {
  static ucontext_t thread, fiber;
  const size_t bytes = 1 << 18;
  void* const stack = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(stack != MAP_FAILED);
  const auto run = [&] {
    REQUIRE(getcontext(&fiber) == 0);
    fiber.uc_stack = {};
    fiber.uc_stack.ss_sp = stack;
    fiber.uc_stack.ss_size = bytes;
    fiber.uc_link = &thread;
    makecontext(&fiber, recurse_a_little, 0);
    REQUIRE(swapcontext(&thread, &fiber) == 0);
  };
  run();
  CHECK(seen.end == WalkEnd::kTruncated);
  REQUIRE(seen.walked.size() == 1);
  CHECK(seen.walked[0] == seen.unwound[0]);
  recurse(3, hooked);
  check_whole_stack();
  munmap(stack, bytes);
}

TEST_CASE("a thread that the program gave a stack is walked to clone") {
  const size_t bytes = 1 << 23; // sanitizers keep much of their own there
  void* const stack = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(stack != MAP_FAILED);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstack(&attributes, stack, bytes) == 0);
  pthread_t thread;
  const auto body = [](void*) -> void* {
    recurse(4, hooked);
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, body, nullptr) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  check_whole_stack();
  munmap(stack, bytes);
}

#if defined(__x86_64__)

// What compilers and the C library write where a constant does not say where the frame is: the loader's lazy binding
// (from another register), a frame in an expression as a PLT has it, the CFA in memory as after an aligned prologue.
asm(R"(
.text
.type callers_test_by_register, @function
callers_test_by_register:
  .cfi_startproc
  pushq %rbx
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %rbx, 0
  movq %rsp, %rbx
  .cfi_def_cfa_register %rbx
  andq $-64, %rsp
  call *%rdi
  movq %rbx, %rsp
  .cfi_def_cfa_register %rsp
  popq %rbx
  .cfi_adjust_cfa_offset -8
  .cfi_restore %rbx
  ret
  .cfi_endproc
.type callers_test_by_expression, @function
callers_test_by_expression:
  .cfi_startproc
  subq $8, %rsp
  # DW_CFA_def_cfa_expression: breg7 8; lit4; lit2; plus; lit1; shl ... as 16 = 8 + (4 + 2) + 2
  .cfi_escape 0x0f, 8, 0x77, 8, 0x34, 0x32, 0x22, 0x32, 0x22, 0x22
  call *%rdi
  addq $8, %rsp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
.type callers_test_by_memory, @function
callers_test_by_memory:
  .cfi_startproc
  leaq 8(%rsp), %r10
  .cfi_def_cfa %r10, 0
  andq $-64, %rsp
  pushq -8(%r10)
  pushq %rbp
  # DW_CFA_expression rbp: breg6 0
  .cfi_escape 0x10, 6, 2, 0x76, 0
  movq %rsp, %rbp
  pushq %r10
  # DW_CFA_def_cfa_expression: breg6 -8; deref
  .cfi_escape 0x0f, 3, 0x76, 0x78, 0x06
  subq $40, %rsp
  call *%rdi
  addq $40, %rsp
  popq %r10
  .cfi_def_cfa %r10, 0
  popq %rbp
  leaq -8(%r10), %rsp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
)");
extern "C" void callers_test_by_register(Call call);
extern "C" void callers_test_by_expression(Call call);
extern "C" void callers_test_by_memory(Call call);

namespace {

// Keeps its caller's registers on the stack, where a walk has to find them.
__attribute__((noinline)) void use_all_registers() {
  asm volatile("xor %%ebx, %%ebx" : : : "rbx", "r12", "r13", "r14", "r15", "memory");
  hooked();
  asm volatile("" : : : "rbx", "r12", "r13", "r14", "r15", "memory");
}

} // namespace

TEST_CASE("frames that no constant describes are walked through") {
  callers_test_by_expression(hooked);
  check_whole_stack();
  callers_test_by_memory(hooked);
  check_whole_stack();
  callers_test_by_register(hooked);
  check_whole_stack();
  callers_test_by_register(use_all_registers);
  check_whole_stack();
  callers_test_by_register([] { callers_test_by_memory([] { callers_test_by_register(use_all_registers); }); });
  check_whole_stack();
}

#endif
