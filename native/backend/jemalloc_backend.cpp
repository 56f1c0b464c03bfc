// jemalloc's configuration and its own figures.

#include "backend/jemalloc_backend.h"

#include "backend/extent_hooks.h"
#include "backend/jemalloc_fast_path.h"

// WHY: narenas:1, because a race spreads threads over several arenas, which moves extents from run to run;
// oversize_threshold:0, because a second arena for large blocks would hide them from this set of hooks;
// retain:false and no decay, because unused pages must return to the system at once, by events and not by the clock;
// dss:disabled, because the extent hooks would not see sbrk; zero_realloc:free, because glibc does so.
const char* bm_je_malloc_conf =
    "narenas:1,oversize_threshold:0,retain:false,dirty_decay_ms:0,muzzy_decay_ms:0,background_thread:false,"
    "dss:disabled,percpu_arena:disabled,zero_realloc:free";

namespace benchmem {

namespace {

bool g_has_figures = false;

} // namespace

void JemallocBackend::start() noexcept {
  g_has_figures = install_extent_hooks();
  JemallocFastPath::drop_smallest_class();
}

const char* JemallocBackend::version() noexcept {
  // JEMALLOC_VERSION is "5.3.0-0-g54eaed1d8b56b1aa528be3bdd1877e59c56fa90c".
  static char text[16];
  for (size_t i = 0; i + 1 < sizeof(text) && JEMALLOC_VERSION[i] != '-' && JEMALLOC_VERSION[i] != '\0'; ++i) {
    text[i] = JEMALLOC_VERSION[i];
  }
  return text;
}

bool JemallocBackend::figures(benchmem_allocator_figures* out) noexcept {
  if (!g_has_figures) return false;
  if (!refresh_jemalloc_statistics()) return false;
  const MappedBytes::Figures mapped = mapped_bytes.read();
  out->mapped_bytes = mapped.now;
  out->mapped_peak_bytes = mapped.peak_above_opening;
  out->requested_at_mapped_peak_bytes = mapped.requested_at_peak;
  return read_jemalloc_size("stats.active", &out->active_bytes) &&
         read_jemalloc_size("stats.resident", &out->resident_bytes) &&
         read_jemalloc_size("stats.allocated", &out->allocated_bytes);
}

} // namespace benchmem
