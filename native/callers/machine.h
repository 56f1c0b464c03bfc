// What walks of the stack know of a processor: its registers' numbers in unwind tables, and how calls use them.
// Both machines are data, so that the rules of both are tested on either; kOwn is the one that this code runs on.
// Source: System V psABI x86-64, figure 3.36 (register numbers), section 3.2 (which registers a callee keeps);
// DWARF for the Arm 64-bit Architecture, table 4.1; Procedure Call Standard for the Arm 64-bit Architecture, section 6.
#ifndef BENCHMEM_CALLERS_MACHINE_H_
#define BENCHMEM_CALLERS_MACHINE_H_

#include <cstddef>
#include <cstdint>

#include "kernel/address_bits.h"

namespace benchmem::callers {

inline constexpr size_t kMostTracked = 12;

struct Machine {
  enum Kind : uint8_t { kX86_64, kArm64 } kind;
  uint8_t frame_pointer, stack_pointer, return_address;
  // The registers that a frame's table may place: the frame pointer, the return address, then the others that a callee
  // keeps (the stack pointer apart: it is the CFA).
  uint8_t tracked[kMostTracked];
  size_t tracked_count;
  // A call pushes the return address, so that it is always the word below the CFA.
  bool pushes_return_address;
  // A frame pointer points to the top of its frame, so that the caller's stack pointer is known from it.
  bool frame_pointer_ends_frame;
  // Above the bits of an address, a return address on the stack may have a signature.
  bool signs_return_addresses;
  // Whether code_rule.h reads this machine's code. Elsewhere a frame without a table is left by its frame pointer, or
  // ends the walk.
  bool has_readable_code;
  uint8_t instruction_bytes; // what the addresses of instructions are multiples of
  // So much below the stack pointer a signal leaves as it is.
  uint16_t red_zone_bytes;

  constexpr size_t tracked_index(uint64_t number) const noexcept {
    size_t index = 0;
    while (index != tracked_count && tracked[index] != number) ++index;
    return index == tracked_count ? kUntracked : index;
  }
  static constexpr size_t kUntracked = kMostTracked;
};

// Where the two are that every walk needs, on each machine.
inline constexpr size_t kFramePointerIndex = 0, kReturnAddressIndex = 1;

inline constexpr Machine kX86_64{
    Machine::kX86_64, 6, 7, 16, {6, 16, 3, 12, 13, 14, 15}, 7, true, true, false, true, 1, 128};
inline constexpr Machine kArm64{
    Machine::kArm64, 29, 31, 30, {29, 30, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28}, 12, false, false, true, false, 4, 0};

#if defined(__aarch64__)
inline constexpr const Machine& kOwn = kArm64;
#else
inline constexpr const Machine& kOwn = kX86_64;
#endif

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_MACHINE_H_
