// What walks of the stack know of the processor: its registers' numbers in unwind tables, and how calls use them.
// All that differs from machine to machine stands here or asks here; x86-64 is the only one so far.
// Source: System V psABI x86-64, figure 3.36 (register numbers), section 3.2 (which registers a callee keeps).
#ifndef BENCHMEM_CALLERS_MACHINE_H_
#define BENCHMEM_CALLERS_MACHINE_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::callers {

enum : uint8_t { kFramePointer = 6, kStackPointer = 7, kReturnAddress = 16 };

// The registers that a frame's table may place, in the order in which Row keeps them: those that a callee keeps (the
// stack pointer apart: it is the CFA), and the return address.
inline constexpr uint8_t kTracked[] = {kFramePointer, kReturnAddress, 3, 12, 13, 14, 15};
inline constexpr size_t kTrackedCount = sizeof kTracked;
inline constexpr size_t kUntracked = kTrackedCount;

constexpr size_t tracked_index(uint64_t number) noexcept {
  for (size_t index = 0; index != kTrackedCount; ++index) {
    if (kTracked[index] == number) return index;
  }
  return kUntracked;
}

// Whether code_rule.h reads this machine's code. Elsewhere a frame without a table is left by its frame pointer, or ends
// the walk.
#if defined(__x86_64__)
inline constexpr bool kReadsOwnCode = true;
#else
inline constexpr bool kReadsOwnCode = false;
#endif

// So much below the stack pointer a signal leaves as it is.
inline constexpr uintptr_t kRedZoneBytes = 128;

// User addresses have so many bits. SAFETY: those above are only handed out to programs that ask for them.
inline constexpr unsigned kUserAddressBits = 47;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_MACHINE_H_
