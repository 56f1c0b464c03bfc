// The registers that a walk by whole rows of unwind tables restores from frame to frame, and the stack that it reads.
#ifndef BENCHMEM_CALLERS_REGISTERS_H_
#define BENCHMEM_CALLERS_REGISTERS_H_

#include <cstdint>
#include <cstring>

#include "callers/machine.h"

namespace benchmem::callers {

// What of a stack may be read: from its first address to the one behind its last.
struct StackWindow {
  uintptr_t begin = 0;
  uintptr_t end = 0;

  // SAFETY: the thread's own live stack. It is read as it is, also where a sanitizer keeps its own marks.
  __attribute__((no_sanitize("address"))) bool read(uintptr_t address, uintptr_t* out) const noexcept {
    if (address < begin || address >= end || end - address < sizeof *out || address % sizeof *out != 0) return false;
    *out = *reinterpret_cast<const volatile uintptr_t*>(address);
    return true;
  }
};

struct Registers {
  struct Value {
    uintptr_t value = 0;
    bool known = false;
  };
  uintptr_t stack = 0;
  Value tracked[kTrackedCount]; // by tracked_index(); the return address is where the frame executes

  Value& of(uint8_t number) noexcept { return tracked[tracked_index(number)]; }
  const Value& of(uint8_t number) const noexcept { return tracked[tracked_index(number)]; }
  // By its number in unwind tables.
  bool get(uint64_t number, uintptr_t* out) const noexcept {
    if (number == kStackPointer) {
      *out = stack;
      return true;
    }
    const size_t index = tracked_index(number);
    if (index == kUntracked || !tracked[index].known) return false;
    *out = tracked[index].value;
    return true;
  }
};

// Of the function that it is expanded in, right there.
__attribute__((always_inline)) inline Registers registers_here() noexcept {
  Registers here;
#if defined(__x86_64__)
  uintptr_t pc, stack, values[6];
  asm volatile(
      "leaq 0(%%rip), %%rax\n"
      "movq %%rax, %0\n"
      "movq %%rsp, %1\n"
      "movq %%rbp, %2\n"
      "movq %%rbx, %3\n"
      "movq %%r12, %4\n"
      "movq %%r13, %5\n"
      "movq %%r14, %6\n"
      "movq %%r15, %7\n"
      : "=m"(pc), "=m"(stack), "=m"(values[0]), "=m"(values[1]), "=m"(values[2]), "=m"(values[3]), "=m"(values[4]),
        "=m"(values[5])
      :
      : "rax", "memory");
  constexpr uint8_t kNumbers[] = {kFramePointer, 3, 12, 13, 14, 15};
  for (size_t i = 0; i != sizeof kNumbers; ++i) here.of(kNumbers[i]) = {values[i], true};
  here.of(kReturnAddress) = {pc, true};
  here.stack = stack;
#endif
  return here;
}

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_REGISTERS_H_
