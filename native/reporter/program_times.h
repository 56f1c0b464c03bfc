// What the program did with its time: how long it had a processor, and how long it waited for one that others had.
// Absent is -1: the kernel may not say it.
#ifndef BENCHMEM_REPORTER_PROGRAM_TIMES_H_
#define BENCHMEM_REPORTER_PROGRAM_TIMES_H_

#include <cstdint>

namespace benchmem::reporter {

// Both since the process started; they never fall.
struct ProgramTimes {
  int64_t cpu_us = -1;    // of all threads, without the reporter's own and without the collections that it asked for
  int64_t waited_us = -1; // of the main thread, runnable without a processor
};

// What the calling thread uses from here on is not the program's. It must outlive every reading.
void leave_out_this_thread() noexcept;

ProgramTimes read_program_times() noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_PROGRAM_TIMES_H_
