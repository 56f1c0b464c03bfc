// What the kernel and the C library's allocator say of this process now. Reads only; allocates nothing.
// Absent is -1, never 0: /proc may be hidden, and another allocator may serve.
#ifndef BENCHMEM_REPORTER_PROCESS_FIGURES_H_
#define BENCHMEM_REPORTER_PROCESS_FIGURES_H_

#include <cstdint>

namespace benchmem::reporter {

// Resident bytes, of /proc/self/status.
struct ResidentFigures {
  int64_t total_bytes = -1;
  int64_t anonymous_bytes = -1;
  int64_t file_bytes = -1;
  int64_t shared_bytes = -1;
  int64_t peak_bytes = -1; // VmHWM
  int error = 0;           // errno where the file could not be read
};

ResidentFigures read_resident() noexcept;

// errno where the kernel refuses to say which pages are resident (mincore); 0 where it says it.
int residency_error() noexcept;

// Of glibc's malloc, all arenas: what it holds from the system, and what of it lies in free blocks.
struct HeldFigures {
  int64_t held_bytes = -1;
  int64_t free_bytes = -1;
  int64_t used_bytes = -1; // usable bytes of live blocks
};

// -1 throughout below glibc 2.33. Takes each arena's lock: never in a signal handler.
HeldFigures read_glibc() noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_PROCESS_FIGURES_H_
