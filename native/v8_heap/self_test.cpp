// The verdict on the struct mirrors; a doubt means "no JS heap figures", never a wrong one.
#include "v8_heap/self_test.h"

#include <mutex>

#include "v8_heap/heap_observer.h"

namespace benchmem::v8_heap {
namespace {

// Far below a large object, and no size that anything else allocates by chance.
constexpr int64_t kPayloadBytes = 40008;
constexpr int64_t kLargestHeader = 32;
// WHY: there is more than one, because a page's end is filled up, and a collection may come between two readings.
constexpr int kAttempts = 8;

bool allocation_shows(HeapObserver& observer, const SelfTestProbes& probes) noexcept {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const int64_t before = observer.read_used();
    if (!probes.allocate(probes.context, kPayloadBytes)) return false;
    const int64_t header = observer.read_used() - before - kPayloadBytes;
    if (header > 0 && header <= kLargestHeader) return true;
  }
  return false;
}

bool between(int64_t low, int64_t value, int64_t high) noexcept { return low <= value && value <= high; }

// The public figures are objects themselves: they are made between the two readings that must enclose them.
// Null when they agree.
const char* doubt_of_public_figures(HeapObserver& observer, const SelfTestProbes& probes) noexcept {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    PublicFigures figures{};
    const uint64_t collections = observer.collections_seen();
    const HeapStatistics before = observer.read_statistics();
    if (!probes.public_figures(probes.context, &figures)) {
      return "process.memoryUsage(), which must confirm them, fails here: it needs to read /proc";
    }
    const HeapStatistics after = observer.read_statistics();
    const bool agree = between(static_cast<int64_t>(before.used_heap_size), figures.used_heap_bytes,
                               static_cast<int64_t>(after.used_heap_size)) &&
                       between(static_cast<int64_t>(before.total_heap_size), figures.total_heap_bytes,
                               static_cast<int64_t>(after.total_heap_size));
    if (agree && observer.collections_seen() == collections) return nullptr;
  }
  return "v8::HeapStatistics has another layout here: it disagrees with process.memoryUsage()";
}

const char* judge(HeapObserver& observer, const SelfTestProbes& probes) noexcept {
  const HeapStatistics now = observer.read_statistics();
  if (now.used_heap_size == 0 || now.used_heap_size > now.total_heap_size) {
    return "v8::HeapStatistics has another layout here: used bytes exceed the heap's size";
  }
  if (!allocation_shows(observer, probes)) {
    return "v8::HeapStatistics has another layout here: an allocation of known size does not show in it";
  }
  return doubt_of_public_figures(observer, probes);
}

} // namespace

const char* check_layout(HeapObserver& observer, const SelfTestProbes& probes) noexcept {
  static std::mutex lock;
  static bool judged = false;
  static const char* verdict = nullptr;
  std::lock_guard<std::mutex> guard(lock);
  if (!judged) verdict = judge(observer, probes);
  judged = true;
  return verdict;
}

} // namespace benchmem::v8_heap
