// The signals that ask for a snapshot, and those that end a process which does not handle them.
// Must not stand in the way: a program's own handler replaces ours, and one that is there stays.
#ifndef BENCHMEM_REPORTER_SIGNALS_H_
#define BENCHMEM_REPORTER_SIGNALS_H_

namespace benchmem::reporter {

// `snapshot_signal` 0: none.
void handle_signals(int snapshot_signal) noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_SIGNALS_H_
