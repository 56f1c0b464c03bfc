// benchmem_abi_table of libbenchmem.so: the tracker's functions, and what only a preloaded process knows.

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "abi/benchmem_abi.h"
#include "interposer/allocator_reports.h"
#include "interposer/preload/engine_threads.h"
#include "interposer/preload/environment.h"
#include "interposer/preload/route.h"
#include "mappings/mappings.h"
#include "tracker/tracker.h"

namespace benchmem::preload {

namespace {

enum class SelfTest { kNotRun, kPassed, kNotReached };
std::atomic<SelfTest> g_self_test{SelfTest::kNotRun};

void copy_text(char* out, size_t room, const char* text) noexcept {
  const size_t length = strnlen(text, room - 1);
  memcpy(out, text, length);
  out[length] = '\0';
}

template <size_t kRoom>
void append(char (&out)[kRoom], const char* text) noexcept {
  const size_t used = strlen(out);
  copy_text(out + used, kRoom - used, text);
}

void describe_allocator(benchmem_self_description* out) noexcept {
  if (chosen_allocator() != Allocator::kSystem) {
    copy_text(out->allocator, sizeof(out->allocator), JemallocBackend::kName);
    copy_text(out->allocator_version, sizeof(out->allocator_version), JemallocBackend::version());
    return;
  }
  const char* foreign = SystemBackend::foreign_allocator();
  const bool own = *foreign == '\0';
  copy_text(out->allocator, sizeof(out->allocator), own ? "glibc" : foreign);
  copy_text(out->allocator_version, sizeof(out->allocator_version), own ? gnu_get_libc_version() : "");
}

void describe(benchmem_self_description* out) noexcept {
  *out = {};
  copy_text(out->mode, sizeof(out->mode), "preloaded");
  describe_allocator(out);
  const CallerStatistics callers = caller_statistics();
  out->engine_split_exact = callers.engine_split_exact ? 1 : 0;
  out->engine_runs = callers.engine_runs;
  const char* invalid = nullptr;
  if (!choice_is_valid(&invalid)) {
    append(out->unsupported_reason, "BENCHMEM_ALLOCATOR must be jemalloc or system, not ");
    append(out->unsupported_reason, invalid);
  } else if (const char* other = SystemBackend::bypassed_by(); other != nullptr) {
    append(out->unsupported_reason, "another malloc comes before libbenchmem.so, which must be first in LD_PRELOAD: ");
    append(out->unsupported_reason, *other == '\0' ? "the executable's own" : other);
  } else if (g_self_test.load() == SelfTest::kNotReached) {
    append(out->unsupported_reason, "this process's malloc does not lead to libbenchmem.so");
  }
}

// Calls malloc the way the program does: by the definition that the loader's global scope gives.
bool self_test_counts(uint64_t token) noexcept {
  constexpr size_t kBytes = 4113;
  const auto program_malloc = reinterpret_cast<void* (*)(size_t)>(dlsym(RTLD_DEFAULT, "malloc"));
  const auto program_free = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_DEFAULT, "free"));
  if (program_malloc == nullptr || program_free == nullptr) return false;
  benchmem_reading held;
  benchmem_reading released;
  void* block = program_malloc(kBytes);
  const bool first = tracker::window_read(token, &held) == BENCHMEM_OK;
  program_free(block);
  const bool second = tracker::window_read(token, &released) == BENCHMEM_OK;
  if (!first || !second) return false;
  const benchmem_source_totals& program = held.source[BENCHMEM_PROGRAM];
  return program.allocations == 1 && program.total_bytes == kBytes && program.live_bytes == kBytes &&
         released.source[BENCHMEM_PROGRAM].live_bytes == 0;
}

benchmem_status install(void* room, size_t room_bytes) noexcept {
  const char* invalid = nullptr;
  if (!choice_is_valid(&invalid) || SystemBackend::bypassed_by() != nullptr) return BENCHMEM_UNSUPPORTED;
  prepare_callers(room, room_bytes);
  mappings::resolve_early_regions();
  if (g_self_test.load() == SelfTest::kPassed) return BENCHMEM_OK;
  const benchmem_window_options options = {BENCHMEM_CURRENT_THREAD, 0};
  uint64_t token = 0;
  const benchmem_status opened = tracker::window_open(&options, &token);
  if (opened != BENCHMEM_OK) return opened;
  const bool counts = self_test_counts(token);
  tracker::window_close(token, nullptr);
  g_self_test.store(counts ? SelfTest::kPassed : SelfTest::kNotReached);
  return counts ? BENCHMEM_OK : BENCHMEM_UNSUPPORTED;
}

benchmem_status uninstall() noexcept { return BENCHMEM_NOT_AVAILABLE; }

benchmem_status window_open(const benchmem_window_options* options, uint64_t* token) noexcept {
  const benchmem_status status = mappings::open_window(options, token);
  if (status == BENCHMEM_OK) mapped_bytes.open_window();
  return status;
}

benchmem_status window_drain(uint64_t token) noexcept {
  const benchmem_status status = tracker::window_drain(token);
  if (status != BENCHMEM_OK) return status;
  mapped_bytes.freeze_window();
  mappings::window_ended();
  return status;
}

benchmem_status window_close(uint64_t token, benchmem_reading* out) noexcept {
  const benchmem_status status = tracker::window_close(token, out);
  if (status == BENCHMEM_NO_WINDOW) return status;
  mapped_bytes.freeze_window();
  mappings::window_ended();
  return status;
}

benchmem_status allocator_figures(benchmem_allocator_figures* out) noexcept {
  *out = {};
  if (chosen_allocator() == Allocator::kSystem) return BENCHMEM_NOT_AVAILABLE;
  if (!mapped_bytes.read().had_window) return BENCHMEM_NO_WINDOW;
  return JemallocBackend::figures(out) ? BENCHMEM_OK : BENCHMEM_NOT_AVAILABLE;
}

constexpr benchmem_abi kTable = {
    BENCHMEM_ABI_VERSION,
    sizeof(benchmem_abi),
    describe,
    install,
    uninstall,
    window_open,
    window_drain,
    mappings::read_window,
    tracker::window_objects,
    window_close,
    tracker::contribute,
    tracker::watch_current_thread,
    tracker::set_event_sink,
    allocator_figures,
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
    hold_engine_threads,
    release_engine_threads,
};

void after_fork_in_child() noexcept {
  mapped_bytes.reset_after_fork();
  reset_engine_threads_after_fork();
}

__attribute__((constructor)) void start() noexcept {
  choose_allocator(); // in case nothing has allocated yet
  clean_environment();
  find_condition_functions();
  tracker::install_fork_handlers();
  mappings::install_fork_handlers();
  pthread_atfork(nullptr, nullptr, after_fork_in_child);
}

} // namespace

extern "C" BENCHMEM_EXPORT const benchmem_abi* benchmem_abi_table() noexcept { return &kTable; }

// What benchmem_allocator.h refers to: the loader binds the weak references of everything loaded later to this one.
extern "C" BENCHMEM_EXPORT const benchmem_allocator_v1 benchmem_allocator_provider_v1 = allocator_reports::kTable;

} // namespace benchmem::preload
