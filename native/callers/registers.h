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
  explicit Registers(const Machine& of_machine = kOwn) noexcept : machine(&of_machine) {}

  const Machine* machine;
  uintptr_t stack = 0;
  bool knows_stack = true;     // false: it is only a bound that the stack pointer is not below
  Value tracked[kMostTracked]; // by the machine's tracked_index(); the return address is where the frame executes

  Value& frame_pointer() noexcept { return tracked[kFramePointerIndex]; }
  const Value& frame_pointer() const noexcept { return tracked[kFramePointerIndex]; }
  Value& return_address() noexcept { return tracked[kReturnAddressIndex]; }
  const Value& return_address() const noexcept { return tracked[kReturnAddressIndex]; }
  // By its number in unwind tables.
  bool get(uint64_t number, uintptr_t* out) const noexcept {
    if (number == machine->stack_pointer) {
      *out = stack;
      return knows_stack;
    }
    const size_t index = machine->tracked_index(number);
    if (index == Machine::kUntracked || !tracked[index].known) return false;
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
  constexpr uint8_t kNumbers[] = {6, 3, 12, 13, 14, 15};
  for (size_t i = 0; i != sizeof kNumbers; ++i) here.tracked[kOwn.tracked_index(kNumbers[i])] = {values[i], true};
#elif defined(__aarch64__)
  uintptr_t pc, stack, values[12];
  asm volatile(
      "adr %0, .\n"
      "mov %1, sp\n"
      "stp x19, x20, [%2]\n"
      "stp x21, x22, [%2, 16]\n"
      "stp x23, x24, [%2, 32]\n"
      "stp x25, x26, [%2, 48]\n"
      "stp x27, x28, [%2, 64]\n"
      "stp x29, x30, [%2, 80]\n"
      : "=&r"(pc), "=&r"(stack)
      : "r"(values)
      : "memory");
  for (size_t i = 0; i != 11; ++i) here.tracked[kOwn.tracked_index(19 + i)] = {values[i], true};
#endif
#if defined(__x86_64__) || defined(__aarch64__)
  here.return_address() = {pc, true};
  here.stack = stack;
#endif
  return here;
}

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_REGISTERS_H_
