// The machine's relocations that put a function's address into a word: a call's slot, a loaded address, a word of data.
// Source: System V psABI x86-64, table 4.9; ELF for the Arm 64-bit Architecture, section 5.7.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_RELOCATIONS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_RELOCATIONS_H_

#include <elf.h>

#include <cstdint>

namespace benchmem::attached {

#if defined(__aarch64__)
enum Relocation : uint32_t {
  kJumpSlot = R_AARCH64_JUMP_SLOT,
  kLoadedAddress = R_AARCH64_GLOB_DAT,
  kWordOfData = R_AARCH64_ABS64,
};
#else
enum Relocation : uint32_t {
  kJumpSlot = R_X86_64_JUMP_SLOT,
  kLoadedAddress = R_X86_64_GLOB_DAT,
  kWordOfData = R_X86_64_64,
};
#endif

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_RELOCATIONS_H_
