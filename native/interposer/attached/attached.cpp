#include "interposer/attached/attached.h"

#include <cstring>

#include "interposer/attached/fixed_text.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && defined(__GLIBC__)
#define BENCHMEM_ATTACHED_SUPPORTED 1
#include "interposer/attached/installation.h"
#include "mappings/mappings.h"
#include "tracker/tracker.h"
#endif

namespace benchmem::attached {
namespace {

benchmem_status no_figures(benchmem_allocator_figures*) { return BENCHMEM_NOT_AVAILABLE; }
void ignore() {}

#ifdef BENCHMEM_ATTACHED_SUPPORTED

constexpr benchmem_abi kTable = {
    BENCHMEM_ABI_VERSION,
    sizeof(benchmem_abi),
    describe,
    install,
    uninstall,
    open_window,
    drain_window,
    mappings::read_window,
    tracker::window_objects,
    close_window,
    tracker::contribute,
    tracker::watch_current_thread,
    tracker::set_event_sink,
    no_figures,
    tracker::pause_current_thread,
    tracker::resume_current_thread,
    tracker::sum_now,
    tracker::own_resident_bytes,
    mappings::figures,
    tracker::watch_engine_mappings,
    mappings::engine_committed,
    tracker::profile_switch,
    tracker::set_stack_annotator,
    tracker::profile_read,
    tracker::profile_objects,
    tracker::watch_arrivals,
    ignore,
    ignore,
};

#else // Another platform puts its own installation behind this seam.

void describe_absence(benchmem_self_description* out) {
  std::memset(out, 0, sizeof(*out));
  copy_text(out->mode, "attached");
  copy_text(out->unsupported_reason, "attached mode exists for Linux on x86-64 and arm64 with glibc only");
}
benchmem_status refuse() { return BENCHMEM_UNSUPPORTED; }
benchmem_status refuse_window(const benchmem_window_options*, uint64_t*) { return BENCHMEM_UNSUPPORTED; }
benchmem_status no_sum(int64_t*) { return BENCHMEM_NO_WINDOW; }
benchmem_status no_window(uint64_t) { return BENCHMEM_NO_WINDOW; }
benchmem_status no_reading(uint64_t, benchmem_reading*) { return BENCHMEM_NO_WINDOW; }
benchmem_status no_objects(uint64_t, benchmem_object_totals*, size_t*) { return BENCHMEM_NO_WINDOW; }
benchmem_status no_watch(benchmem_pressure_callback, void*, uint64_t) { return BENCHMEM_UNSUPPORTED; }
benchmem_status no_sink(benchmem_event_sink, void*) { return BENCHMEM_UNSUPPORTED; }
benchmem_status no_engine_watch(benchmem_pressure_callback, void*) { return BENCHMEM_UNSUPPORTED; }
benchmem_status no_mappings(benchmem_mapping_totals*, size_t*) { return BENCHMEM_NOT_AVAILABLE; }
benchmem_status no_engine_bytes(int64_t*) { return BENCHMEM_NOT_AVAILABLE; }
benchmem_status no_profile(uint32_t) { return BENCHMEM_UNSUPPORTED; }
benchmem_status no_annotator(benchmem_stack_annotator, void*) { return BENCHMEM_UNSUPPORTED; }
benchmem_status no_profile_reading(uint64_t, benchmem_profile_view*) { return BENCHMEM_NO_WINDOW; }
benchmem_status no_profile_objects(benchmem_profile_object*, size_t*) { return BENCHMEM_NOT_AVAILABLE; }
benchmem_status no_own_bytes(uint64_t*) { return BENCHMEM_NOT_AVAILABLE; }
void ignore_part(benchmem_part, int64_t) {}

constexpr benchmem_abi kTable = {
    BENCHMEM_ABI_VERSION,
    sizeof(benchmem_abi),
    describe_absence,
    refuse,
    refuse,
    refuse_window,
    no_window,
    no_reading,
    no_objects,
    no_reading,
    ignore_part,
    no_watch,
    no_sink,
    no_figures,
    ignore,
    ignore,
    no_sum,
    no_own_bytes,
    no_mappings,
    no_engine_watch,
    no_engine_bytes,
    no_profile,
    no_annotator,
    no_profile_reading,
    no_profile_objects,
    no_engine_watch,
    ignore,
    ignore,
};

#endif

} // namespace

const benchmem_abi* abi_table() noexcept { return &kTable; }

#ifndef BENCHMEM_ATTACHED_SUPPORTED
bool redirect_calls(RedirectedCall*, size_t) noexcept { return false; }
bool restore_calls(RedirectedCall*, size_t) noexcept { return false; }
#endif

} // namespace benchmem::attached
