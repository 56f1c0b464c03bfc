// Proves that calls made by other objects are counted before anyone relies on it, and that the allocator keeps
// what the tracker needs of it. Runs with our entries in place, inside a window of the current thread.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_SELF_TEST_H_
#define BENCHMEM_INTERPOSER_ATTACHED_SELF_TEST_H_

#include <cstdint>

namespace benchmem::attached {

// nullptr, or why this process cannot be measured.
const char* check_blocks() noexcept;
const char* check_counting(uint64_t token) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_SELF_TEST_H_
