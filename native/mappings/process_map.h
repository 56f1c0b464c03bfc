// What lies in a mapping of malloc's, and /proc/self/mem, read without allocating. Knows nothing of whose memory it is.
// SAFETY: memory is read by the kernel, so that a mapping which has just gone is an answer and no fault.
#ifndef BENCHMEM_MAPPINGS_PROCESS_MAP_H_
#define BENCHMEM_MAPPINGS_PROCESS_MAP_H_

#include <cstddef>
#include <cstdint>

#include "kernel/map_lines.h"

namespace benchmem::mappings {

// Where the parts of a mapping that malloc made for large blocks end: its chunks stand one behind the other, each with
// its size in its second word. `begin` where there are none. Pure except for `read`, which fills two words from an address.
template <class Read>
uintptr_t end_of_malloc_chunks(Range range, Read read) noexcept {
  constexpr uint64_t kIsMapped = 2, kFlags = 7, kPage = 4096;
  uintptr_t at = range.begin;
  while (at < range.end) {
    uint64_t words[2] = {};
    if (!read(at, words)) break;
    const uint64_t bytes = words[1] & ~kFlags;
    const bool is_chunk = (words[1] & kFlags) == kIsMapped && bytes != 0 && bytes % kPage == 0;
    if (!is_chunk || bytes > range.end - at) break;
    at += bytes;
  }
  return at;
}

class ProcessMemory {
 public:
  ProcessMemory() noexcept;
  ~ProcessMemory();
  ProcessMemory(const ProcessMemory&) = delete;
  ProcessMemory& operator=(const ProcessMemory&) = delete;
  bool read(uintptr_t address, void* out, size_t bytes) const noexcept;

 private:
  int file_;
};

} // namespace benchmem::mappings

#endif // BENCHMEM_MAPPINGS_PROCESS_MAP_H_
