// The thread that writes a snapshot of the process to a file: at the start, every interval, on a signal, at the end.
// WHY: this is a thread, because it must answer while the event loop is blocked, and JavaScript cannot see it. It must
// not change what the program does: no file descriptor of low number, no handler over one that is there.
#ifndef BENCHMEM_REPORTER_REPORTER_H_
#define BENCHMEM_REPORTER_REPORTER_H_

#include <cstdint>

#include "abi/benchmem_abi.h"

namespace benchmem::reporter {

struct ReporterOptions {
  const char* path;     // lines are appended to it
  uint64_t token;       // the core's window, open for as long as the reporter runs
  uint64_t interval_ms; // 0: none
  int signal;           // 0: none
  bool has_heap;
  bool glibc;
  bool collect; // a full collection before each snapshot, as far as the budget goes
};

enum class StartResult { kStarted, kRunning, kNoFile, kNoThread };

// Writes the first snapshot before it returns. One reporter per process, once.
StartResult start(const benchmem_abi& abi, const ReporterOptions& options) noexcept;

// The last snapshot; nothing is written afterwards. Idempotent, and a no-op in a forked child.
void finish() noexcept;

// For signals.cpp. Async-signal-safe: asks for a snapshot; answers its number.
uint32_t request_from_signal(bool last) noexcept;
bool is_served(uint32_t number) noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_REPORTER_H_
