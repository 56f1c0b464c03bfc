// Asking the loader, and keeping up with it.

#include "callers/known_objects.h"

#include "callers/callers_inline.h"
#include "callers/walk_cache.h"

namespace benchmem::callers {

KnownObjects known;
WalkCache walk_cache;

namespace {

// Counts the threads that ask the loader.
class AskingGuard {
 public:
  AskingGuard() noexcept { known.asking.fetch_add(1); }
  ~AskingGuard() { known.asking.fetch_sub(1); }
};

struct Scan {
  uint64_t number;
  IdSet gone;
};

void observe_object(const ObjectDescription& object, void* context) noexcept {
  Scan& scan = *static_cast<Scan*>(context);
  LockGuard guard(known.lock);
  known.objects.observe(object, scan.number, &scan.gone);
}

} // namespace

// WHY: the loader does not free its lock in a forked child. Where one of our threads held it, the child must
// never ask again: addresses of objects that it does not know stay unknown.
void after_fork_in_child() noexcept {
  known.lock.reset_after_fork();
  if (known.asking.exchange(0) != 0) known.loader_is_stuck.store(true);
  if (!known.objects.half_changed()) return;
  known.objects.clear();
  known.scanned = {};
  forget_everything();
  walk_cache.forget_everything();
}

void scan_objects() noexcept {
  if (known.loader_is_stuck.load(std::memory_order_relaxed)) return;
  Scan scan{};
  {
    LockGuard guard(known.lock);
    scan.number = known.objects.begin_scan();
  }
  LoaderCounts counts;
  {
    AskingGuard asking;
    counts = visit_loaded_objects(observe_object, &scan);
  }
  LockGuard guard(known.lock);
  known.objects.end_scan(scan.number, &scan.gone);
  known.scanned = counts;
  if (scan.gone.empty()) return;
  forget_answers(scan.gone);
  walk_cache.forget(scan.gone);
}

bool loader_has_changed(const LoaderCounts& since) noexcept {
  if (known.loader_is_stuck.load(std::memory_order_relaxed)) return false;
  AskingGuard asking;
  return !(loader_counts() == since);
}

} // namespace benchmem::callers
