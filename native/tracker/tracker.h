// The accounting core's control side, as the abi table and the hooks see it. Bodies: tracker.cpp.
// Must not know any allocator, V8, or how calls were intercepted.
#ifndef BENCHMEM_TRACKER_TRACKER_H_
#define BENCHMEM_TRACKER_TRACKER_H_

#include "abi/benchmem_abi.h"

namespace benchmem::tracker {

// All are safe from any thread, before constructors ran and after main returned; none allocates through malloc.
benchmem_status window_open(const benchmem_window_options* options, uint64_t* token) noexcept;
benchmem_status window_drain(uint64_t token) noexcept;
benchmem_status window_read(uint64_t token, benchmem_reading* out) noexcept;
benchmem_status window_objects(uint64_t token, benchmem_object_totals* out, size_t* count) noexcept;
benchmem_status window_close(uint64_t token, benchmem_reading* out) noexcept;
void contribute(benchmem_part part, int64_t delta) noexcept;
benchmem_status watch_current_thread(benchmem_pressure_callback callback, void* context, uint64_t step) noexcept;
benchmem_status watch_engine_mappings(benchmem_pressure_callback callback, void* context) noexcept;
benchmem_status watch_arrivals(benchmem_pressure_callback callback, void* context) noexcept;
benchmem_status set_event_sink(benchmem_event_sink sink, void* context) noexcept;
benchmem_status profile_switch(uint32_t on) noexcept;
benchmem_status set_stack_annotator(benchmem_stack_annotator function, void* context) noexcept;
benchmem_status profile_read(uint64_t token, benchmem_profile_view* view) noexcept;
benchmem_status profile_objects(benchmem_profile_object* out, size_t* count) noexcept;
void pause_current_thread() noexcept;
void resume_current_thread() noexcept;
benchmem_status own_resident_bytes(uint64_t* out) noexcept;

// Program + engine bytes of window blocks at this instant, exact; false while no window is open.
bool live_bytes_now(int64_t* bytes) noexcept;
benchmem_status sum_now(int64_t* out) noexcept;

// For whoever sees mappings: the engine mapped pages on this thread. Outside of every lock.
void engine_mapped() noexcept;

// pthread_atfork handlers' bodies, and their registration (idempotent): the child starts with no window.
void install_fork_handlers() noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_TRACKER_H_
