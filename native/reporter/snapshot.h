// One reading of the whole process as one line of JSON. Absent figures have no key.
// Knows no thread, signal or file: who calls it decides when, and where the line goes.
#ifndef BENCHMEM_REPORTER_SNAPSHOT_H_
#define BENCHMEM_REPORTER_SNAPSHOT_H_

#include <cstddef>
#include <cstdint>

#include "abi/benchmem_abi.h"

namespace benchmem::reporter {

struct SnapshotRequest {
  const char* kind; // "start", "interval", "signal", "exit"
  int64_t at_ms;    // since the reporter started
  uint64_t token;   // the core's window
  bool has_heap;
  bool glibc;    // the C library's allocator serves
  bool is_first; // what lies outside the observed isolates now is where their growth begins
  uint32_t lost; // snapshots before this one that could not be written
};

// The line with its newline; 0 where `room` is too small. Not reentrant: one caller at a time.
size_t write_snapshot(const benchmem_abi& abi, const SnapshotRequest& request, char* out, size_t room) noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_SNAPSHOT_H_
