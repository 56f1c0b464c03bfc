// The window's figures, added up over its threads' blocks. Only window.cpp and readings.cpp see it.
#ifndef BENCHMEM_TRACKER_READINGS_H_
#define BENCHMEM_TRACKER_READINGS_H_

#include "tracker/window.h"

namespace benchmem::tracker {

inline bool is_open_locked(uint64_t token) noexcept { return window.phase != BENCHMEM_CLOSED && token == window.token; }

// Both between settle_and_hold() and reopen_held(), or after close_all(). The first while measuring only.
benchmem_reading read_measuring_locked() noexcept;
benchmem_reading read_held_locked() noexcept;
benchmem_status figures_status_locked() noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_READINGS_H_
