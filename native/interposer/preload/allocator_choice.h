// Which allocator serves this preloaded process: decided once, at the very first call, from BENCHMEM_ALLOCATOR.
// INVARIANT: a block is always given back to the back end that made it, because the choice never changes.
#ifndef BENCHMEM_INTERPOSER_PRELOAD_ALLOCATOR_CHOICE_H_
#define BENCHMEM_INTERPOSER_PRELOAD_ALLOCATOR_CHOICE_H_

#include <cstdint>

#include "tracker/record.h"

namespace benchmem::preload {

// As bits of the tracker's hook_state, so that an entry point knows in one look whom to call.
enum class Allocator : uint8_t { kUndecided = 0, kJemalloc = 2, kSystem = 4 };

inline Allocator chosen_allocator() noexcept {
  return static_cast<Allocator>(tracker::hook_state.load(std::memory_order_acquire) & ~tracker::kWindowIsOpen);
}

// Reads the environment as the kernel laid it on the stack: ld.so allocates before `environ` is set.
void choose_allocator() noexcept;
// False if BENCHMEM_ALLOCATOR holds anything but "jemalloc", "system" or nothing; *value is what it holds.
bool choice_is_valid(const char** value) noexcept;

} // namespace benchmem::preload

#endif // BENCHMEM_INTERPOSER_PRELOAD_ALLOCATOR_CHOICE_H_
