// The list of loops. libuv's function is found in the running executable: it is part of its stable interface.
#include "reporter/loop_turns.h"

#include <mutex>
#include <new>

#include "v8_heap/libuv.h"

namespace benchmem::reporter {
namespace {

// uv_metrics_t: three counts and thirteen reserved words.
struct Metrics {
  uint64_t loop_count;
  uint64_t others[15];
};
using ReadMetrics = int (*)(uv_loop_s* loop, Metrics* metrics);
using IsAlive = int (*)(const uv_loop_s* loop);

ReadMetrics read_metrics() noexcept {
  static const ReadMetrics found = [] {
    ReadMetrics function = nullptr;
    v8_heap::find_exported(function, "uv_metrics_info");
    return function;
  }();
  return found;
}

IsAlive is_alive() noexcept {
  static const IsAlive found = [] {
    IsAlive function = nullptr;
    v8_heap::find_exported(function, "uv_loop_alive");
    return function;
  }();
  return found;
}

} // namespace

// INVARIANT: a loop is in the list exactly while it is open.
class WatchedLoop {
 public:
  explicit WatchedLoop(uv_loop_s* loop) noexcept : loop_(loop) {}

  // SAFETY: the loop's thread may turn it meanwhile: one aligned word of the copy is used.
  int64_t turns() const noexcept {
    Metrics metrics = {};
    return read_metrics()(loop_, &metrics) == 0 ? static_cast<int64_t>(metrics.loop_count) : 0;
  }

  // SAFETY: as above: it looks whether three words are zero.
  bool ends() const noexcept { return is_alive() != nullptr && is_alive()(loop_) == 0; }

  WatchedLoop* next = nullptr;

 private:
  uv_loop_s* const loop_;
};

namespace {

std::mutex list_lock;
WatchedLoop* first_loop = nullptr;
WatchedLoop* main_loop = nullptr; // the one that was watched first, while it is open
bool was_watched = false;
int64_t turns_of_closed = 0;

} // namespace

WatchedLoop* watch_loop(uv_loop_s* loop) noexcept {
  if (read_metrics() == nullptr) return nullptr;
  auto* watched = new (std::nothrow) WatchedLoop(loop);
  if (watched == nullptr) return nullptr;
  std::lock_guard<std::mutex> guard(list_lock);
  watched->next = first_loop;
  first_loop = watched;
  if (!was_watched) main_loop = watched;
  was_watched = true;
  return watched;
}

void forget_loop(WatchedLoop* loop) noexcept {
  if (loop == nullptr) return;
  {
    std::lock_guard<std::mutex> guard(list_lock);
    WatchedLoop** link = &first_loop;
    while (*link != loop) link = &(*link)->next;
    *link = loop->next;
    turns_of_closed += loop->turns();
    if (main_loop == loop) main_loop = nullptr;
  }
  delete loop;
}

int64_t loop_turns() noexcept {
  std::lock_guard<std::mutex> guard(list_lock);
  if (!was_watched) return -1;
  int64_t sum = turns_of_closed;
  for (const WatchedLoop* each = first_loop; each != nullptr; each = each->next) sum += each->turns();
  return sum;
}

bool main_loop_ends() noexcept {
  std::lock_guard<std::mutex> guard(list_lock);
  return main_loop != nullptr && main_loop->ends();
}

} // namespace benchmem::reporter
