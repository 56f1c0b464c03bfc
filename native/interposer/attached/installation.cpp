#include "interposer/attached/installation.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include <cstring>

#include "backend/linked_backend.h"
#include "callers/callers.h"
#include "interposer/attached/fixed_text.h"
#include "interposer/attached/hooked_symbols.h"
#include "interposer/attached/loaded_objects.h"
#include "interposer/attached/loader_pointers.h"
#include "interposer/attached/report_slots.h"
#include "interposer/attached/self_test.h"
#include "interposer/attached/slot_patcher.h"
#include "interposer/attached/symbol_redirect.h"
#include "kernel/futex_lock.h"
#include "mappings/earlier.h"
#include "mappings/mappings.h"
#include "tracker/tracker.h"

namespace benchmem::attached {
namespace {

constexpr const char* kNotWritable = "the system does not let us write to the pages that hold the function pointers";
constexpr const char* kNoPages = "no memory for the list of loaded objects";

struct Installation {
  FutexLock lock;
  bool prepared = false; // what outlives an uninstall: fork handlers, the table of callers, our own slots
  bool installed = false;
  const char* refusal = nullptr; // why the last install() failed
  AllocatorIdentity allocator;
  SlotCount count;
};

Installation installation;

// Why this process cannot be measured at all, whatever it loads.
const char* find_obstacle() noexcept {
  const char* simulated = ::getenv("BENCHMEM_SIMULATE_UNSUPPORTED");
  if (simulated != nullptr && std::strcmp(simulated, "1") == 0) {
    return "simulated by BENCHMEM_SIMULATE_UNSUPPORTED=1";
  }
  if (::dlsym(RTLD_DEFAULT, BENCHMEM_ABI_SYMBOL) != nullptr) return "libbenchmem.so is preloaded and counts already";
  return nullptr;
}

// WHY: our entries stay in use after the last dlclose of the addon, a worker's for one.
void pin_own_object() noexcept {
  Dl_info own;
  if (::dladdr(&installation, &own) != 0 && own.dli_fname != nullptr) {
    ::dlopen(own.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  }
}

// WHY: only the child does something, because a lock taken before each fork could deadlock with the loader's, which
// install() needs. What a fork cuts short in another thread is harmless there: entries pass calls on, until the child
// installs anew.
void install_fork_handlers() noexcept {
  tracker::install_fork_handlers();
  mappings::install_fork_handlers();
  ::pthread_atfork(nullptr, nullptr, [] { installation.lock.reset_after_fork(); });
}

void prepare_once(void* room, size_t room_bytes) noexcept {
  if (installation.prepared) return;
  installation.prepared = true;
  pin_own_object();
  install_fork_handlers();
  prepare_callers(room, room_bytes);
}

// Symbols first: what binds from here on binds to us, and a second look at the slots finds what bound meanwhile.
const char* patch(const LoadedObjects& objects) noexcept {
  if (!redirect_symbols(objects) || !patch_slots(objects, &installation.count)) return kNotWritable;
  uint32_t loader_pointers = 0;
  if (!patch_loader_pointers(objects, &loader_pointers)) return kNotWritable;
  if (!patch_slots(objects, &installation.count) || !fill_report_slots(objects)) return kNotWritable;
  installation.count.slots += loader_pointers;
  installation.count.objects += loader_pointers != 0 ? 1 : 0;
  return nullptr;
}

// False: some of our entries stay in place. They only pass calls on, and a later try may succeed.
bool restore() noexcept {
  LoadedObjects objects;
  if (!objects.collect()) return false;
  const bool symbols = restore_symbols(objects);
  const bool pointers = restore_loader_pointers(objects);
  const bool slots = restore_slots(objects);
  const bool reports = clear_report_slots(objects);
  return symbols && pointers && slots && reports;
}

// So that a description is complete before the first install().
const char* identify_allocator() noexcept {
  LoadedObjects objects;
  return objects.collect() ? resolve_definitions(objects, &installation.allocator) : kNoPages;
}

// With the window held, so that nothing is counted but the self-test's own calls.
const char* hook_process(uint64_t token) noexcept {
  LoadedObjects objects;
  if (!objects.collect()) return kNoPages;
  if (installation.installed) return patch(objects);
  const char* refusal = resolve_definitions(objects, &installation.allocator);
  if (refusal != nullptr) return refusal;
  if (!bind_exempt_slots(objects)) return kNotWritable;
  LinkedBackend::learn();
  refusal = check_blocks();
  if (refusal != nullptr) return refusal;
  refusal = patch(objects);
  if (refusal == nullptr) refusal = check_counting(token);
  if (refusal != nullptr) restore();
  return refusal;
}

} // namespace

benchmem_status install(void* room, size_t room_bytes) noexcept {
  const LockGuard guard(installation.lock);
  installation.refusal = find_obstacle();
  if (installation.refusal != nullptr) return BENCHMEM_UNSUPPORTED;
  prepare_once(room, room_bytes);
  refresh_callers();
  const benchmem_window_options options = {BENCHMEM_CURRENT_THREAD, 0};
  uint64_t token = 0;
  const benchmem_status opened = tracker::window_open(&options, &token);
  if (opened == BENCHMEM_WINDOW_OPEN && installation.installed) return BENCHMEM_OK;
  if (opened != BENCHMEM_OK) return opened;
  installation.refusal = hook_process(token);
  tracker::window_close(token, nullptr);
  if (installation.refusal != nullptr) return BENCHMEM_UNSUPPORTED;
  if (!installation.installed) mappings::learn_earlier_regions(definition_of("malloc"));
  installation.installed = true;
  return BENCHMEM_OK;
}

benchmem_status uninstall() noexcept {
  const LockGuard guard(installation.lock);
  if (!installation.installed) return BENCHMEM_OK;
  const benchmem_window_options options = {BENCHMEM_CURRENT_THREAD, 0};
  uint64_t token = 0;
  const benchmem_status opened = tracker::window_open(&options, &token);
  if (opened != BENCHMEM_OK) return opened;
  installation.installed = !restore();
  if (!installation.installed) mappings::forget_all();
  tracker::window_close(token, nullptr);
  return installation.installed ? BENCHMEM_UNSUPPORTED : BENCHMEM_OK;
}

benchmem_status open_window(const benchmem_window_options* options, uint64_t* token) noexcept {
  const LockGuard guard(installation.lock);
  if (!installation.installed) return BENCHMEM_NOT_INSTALLED;
  return mappings::open_window(options, token);
}

benchmem_status drain_window(uint64_t token) noexcept {
  const benchmem_status status = tracker::window_drain(token);
  if (status == BENCHMEM_OK) mappings::window_ended();
  return status;
}

benchmem_status close_window(uint64_t token, benchmem_reading* out) noexcept {
  const benchmem_status status = tracker::window_close(token, out);
  if (status != BENCHMEM_NO_WINDOW) mappings::window_ended();
  return status;
}

void describe(benchmem_self_description* out) noexcept {
  const LockGuard guard(installation.lock);
  std::memset(out, 0, sizeof(*out));
  const char* refusal = find_obstacle();
  if (refusal == nullptr) refusal = installation.refusal;
  if (*installation.allocator.name == '\0') {
    const char* unknown = identify_allocator();
    if (refusal == nullptr) refusal = unknown;
  }
  copy_text(out->mode, "attached");
  copy_text(out->allocator, installation.allocator.name);
  copy_text(out->allocator_version, installation.allocator.version);
  if (refusal != nullptr) copy_text(out->unsupported_reason, refusal);
  const CallerStatistics callers = caller_statistics();
  out->engine_split_exact = callers.engine_split_exact ? 1 : 0;
  out->engine_runs = callers.engine_runs;
  if (!installation.installed) return;
  out->hooked_objects = installation.count.objects;
  out->hooked_slots = installation.count.slots;
}

} // namespace benchmem::attached
