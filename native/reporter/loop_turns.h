// How often the event loops of this process turned, as libuv counts it: while none turns, one piece of work runs; and
// whether the main thread's is about to end.
#ifndef BENCHMEM_REPORTER_LOOP_TURNS_H_
#define BENCHMEM_REPORTER_LOOP_TURNS_H_

#include <cstdint>

struct uv_loop_s;

namespace benchmem::reporter {

class WatchedLoop;

// On the loop's own thread. Null: this libuv counts no turns (before 1.45), or there is no memory.
WatchedLoop* watch_loop(uv_loop_s* loop) noexcept;
// On the loop's own thread, before the loop is closed; `loop` may be null.
void forget_loop(WatchedLoop* loop) noexcept;

// Of all watched loops, those that are gone included; it never falls. -1: no loop could be watched. Any thread.
int64_t loop_turns() noexcept;

// Whether the loop that was watched first, the main thread's, has nothing to wait for: it ends with what runs now, unless
// that asks for more. Any thread.
bool main_loop_ends() noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_LOOP_TURNS_H_
