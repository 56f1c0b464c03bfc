// Random scripts of allocations, frees, reallocs, windows and phases on several threads, one step at a time,
// against a model that is nothing but a map. Every figure of the tracker must equal the model's whenever it
// is read. Blocks are made-up addresses: the tracker never looks into them.
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "tracker/record.h"
#include "tracker/tracker.h"

using namespace benchmem;
using namespace benchmem::tracker;

namespace {

constexpr size_t kSlots = 64;
constexpr size_t kThreads = 4;
constexpr ObjectId kAddon = 9;
const CallSite kNowhere{nullptr, nullptr};

// Two begin in each page; of these the first may be large.
void* block_at(size_t slot) {
  return reinterpret_cast<void*>((uintptr_t{0x5200} << 24) + slot / 2 * 8192 + slot % 2 * 48);
}
size_t fitting(size_t slot, size_t bytes) { return slot % 2 == 0 ? bytes : bytes % 4096; }

void expect(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "\ndisagreement: %s\n", what);
  std::abort();
}

void expect_equal(int64_t found, int64_t wanted, const char* what) {
  if (found == wanted) return;
  std::fprintf(stderr, "\n%s: the tracker says %lld, the model %lld\n", what, static_cast<long long>(found),
               static_cast<long long>(wanted));
  std::abort();
}

// Threads that live as long as the program and do one thing at a time, each seeing all that came before.
class Crew {
 public:
  Crew() {
    for (size_t index = 0; index < kThreads; ++index) members_.emplace_back([this, index] { serve(index); });
  }
  ~Crew() {
    run_on(kThreads, [] {});
    for (std::thread& member : members_) member.join();
  }
  // `index` kThreads ends all members.
  void run_on(size_t index, std::function<void()> work) {
    std::unique_lock<std::mutex> lock(mutex_);
    work_ = std::move(work);
    turn_ = index;
    changed_.notify_all();
    if (index < kThreads) changed_.wait(lock, [this] { return turn_ == kNobody; });
  }

 private:
  static constexpr size_t kNobody = SIZE_MAX;
  void serve(size_t index) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this, index] { return turn_ == index || turn_ == kThreads; });
      if (turn_ == kThreads) return;
      work_();
      turn_ = kNobody;
      changed_.notify_all();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_;
  size_t turn_ = kNobody;
  std::vector<std::thread> members_;
};

// Never destroyed: libFuzzer ends the process without waiting for anybody.
Crew& crew() {
  static Crew* members = new Crew;
  return *members;
}

class Bytes {
 public:
  Bytes(const uint8_t* bytes, size_t count) : next_(bytes), end_(bytes + count) {}
  bool empty() const { return next_ == end_; }
  uint64_t take(size_t count) {
    uint64_t value = 0;
    for (; count > 0 && !empty(); --count) value = value << 8 | *next_++;
    return value;
  }
  // Small, medium, around powers of two, and larger than 32 bits.
  size_t take_size() {
    const uint64_t kind = take(1);
    if (kind < 128) return take(1);
    if (kind < 200) return take(2);
    if (kind < 250) return (size_t{1} << (kind % 25)) - 8 + take(1) % 17 + (kind % 25 < 3 ? 8 : 0);
    return take(5);
  }

 private:
  const uint8_t* next_;
  const uint8_t* end_;
};

enum class Kind { kFree, kOlder, kCounted, kNotCounted };
struct Slot {
  Kind kind = Kind::kFree;
  size_t bytes = 0;
  ObjectId object = 0;
};
struct Totals {
  int64_t allocations = 0, total = 0, live = 0, peak = 0, older_blocks = 0, older_bytes = 0;
};

class Script {
 public:
  explicit Script(Bytes bytes) : bytes_(bytes) {}

  void run() {
    open();
    while (!bytes_.empty()) {
      step();
      // WHY: it does not always check, because a reading stops all threads, and what they hold between readings is the point.
      if (bytes_.take(1) < 16) check();
    }
    check();
    close();
  }

 private:
  void step() {
    const uint64_t choice = bytes_.take(1);
    const size_t slot = bytes_.take(1) % kSlots;
    thread_ = choice / 64;
    switch (choice % 16) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return allocate(slot);
      case 5:
      case 6:
      case 7:
      case 8: return release(slot);
      case 9:
      case 10:
      case 11: return reallocate(slot);
      case 12: return contribute();
      case 13: return slot == 0 ? reopen() : release(slot);
      case 14: return slot == 1 ? drain() : allocate(slot);
      default: return fail_to_reallocate(slot);
    }
  }

  template <class Work>
  void on_thread(Work work) {
    crew().run_on(thread_, work);
  }

  void allocate(size_t at) {
    Slot& slot = slots_[at];
    if (slot.kind != Kind::kFree) return release(at);
    const size_t size = fitting(at, bytes_.take_size());
    const ObjectId object = size % 5 == 0 ? kEngineObject : kAddon;
    on_thread([=] { record_allocation(block_at(at), size, object, nullptr); });
    hold(slot, size, object);
  }

  void hold(Slot& slot, size_t size, ObjectId object) {
    slot = {measuring_ ? Kind::kCounted : Kind::kNotCounted, size, object};
    if (!measuring_) return;
    Totals& totals = of(object);
    totals.allocations += 1;
    totals.total += static_cast<int64_t>(size);
    add_live(object, static_cast<int64_t>(size));
  }

  void release(size_t at) {
    Slot& slot = slots_[at];
    if (slot.kind == Kind::kFree) return;
    BlockOrigin origin = BlockOrigin::kNoWindow;
    on_thread([&] {
      origin = record_free(block_at(at));
      if (origin == BlockOrigin::kOlder) record_older_free({slot.bytes, kNotCounted}, kNowhere);
    });
    expect(origin == (slot.kind == Kind::kOlder     ? BlockOrigin::kOlder
                      : slot.kind == Kind::kCounted ? BlockOrigin::kWindow
                                                    : BlockOrigin::kNotCounted),
           "whose block was freed");
    give_back(slot);
    slot = Slot{};
  }

  void give_back(const Slot& slot) {
    if (slot.kind == Kind::kCounted) add_live(slot.object, -static_cast<int64_t>(slot.bytes));
    if (slot.kind != Kind::kOlder) return;
    Totals& caller = of(kUnknownObject); // kNowhere is the program
    caller.older_blocks += 1;
    caller.older_bytes += static_cast<int64_t>(slot.bytes);
  }

  // In place, or to a free slot.
  void reallocate(size_t at) {
    Slot& from = slots_[at];
    if (from.kind == Kind::kFree) return;
    const size_t target = bytes_.take(1) % kSlots;
    Slot& to = slots_[target].kind == Kind::kFree ? slots_[target] : from;
    const size_t size = fitting(static_cast<size_t>(&to - slots_), bytes_.take_size());
    void* const moved = block_at(static_cast<size_t>(&to - slots_));
    on_thread([&] {
      const TakenBlock taken = take_for_realloc(block_at(at));
      record_reallocation(moved, size, taken, {taken.origin == BlockOrigin::kOlder ? from.bytes : 0, kNotCounted},
                          kNowhere);
    });
    const Slot old = from;
    from = Slot{};
    if (measuring_ && old.kind == Kind::kCounted && old.object != kEngineObject) {
      // One delta: the old and the new block are never live together.
      Totals& totals = of(kUnknownObject);
      totals.allocations += 1;
      totals.total += static_cast<int64_t>(size);
      add_live(kUnknownObject, static_cast<int64_t>(size) - static_cast<int64_t>(old.bytes));
      to = {Kind::kCounted, size, kUnknownObject};
      return;
    }
    give_back(old);
    hold(to, size, kUnknownObject);
  }

  void fail_to_reallocate(size_t at) {
    if (slots_[at].kind == Kind::kFree) return;
    on_thread([&] {
      const TakenBlock taken = take_for_realloc(block_at(at));
      restore_after_failed_realloc(block_at(at), taken);
    });
  }

  void contribute() {
    const int64_t delta = static_cast<int64_t>(bytes_.take(2)) - 32768;
    on_thread([=] { tracker::contribute(BENCHMEM_PART_JS, delta); });
    if (!measuring_) return;
    js_ += delta;
    raise_sum();
  }

  void add_live(ObjectId object, int64_t delta) {
    Totals& totals = of(object);
    totals.live += delta;
    if (!measuring_) return;
    if (totals.live > totals.peak) totals.peak = totals.live;
    raise_sum();
  }

  void raise_sum() {
    const int64_t sum = totals_[BENCHMEM_PROGRAM].live + js_;
    if (sum > sum_peak_) sum_peak_ = sum;
  }

  void open() {
    const benchmem_window_options options{BENCHMEM_ALL_THREADS, 0};
    expect(window_open(&options, &token_) == BENCHMEM_OK, "a window opens");
    for (Slot& slot : slots_) {
      if (slot.kind != Kind::kFree) slot.kind = Kind::kOlder;
    }
    totals_[0] = totals_[1] = Totals{};
    js_ = sum_peak_ = 0;
    measuring_ = true;
  }

  void drain() {
    expect(window_drain(token_) == (measuring_ ? BENCHMEM_OK : BENCHMEM_WRONG_PHASE), "draining once");
    measuring_ = false;
  }

  void close() { expect(window_close(token_, nullptr) == BENCHMEM_OK, "the window closes"); }
  void reopen() {
    close();
    open();
  }

  void check() {
    benchmem_reading reading;
    expect(window_read(token_, &reading) == BENCHMEM_OK, "the window is read");
    for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
      const benchmem_source_totals& found = reading.source[source];
      const Totals& wanted = totals_[source];
      expect_equal(static_cast<int64_t>(found.allocations), wanted.allocations, "allocations");
      expect_equal(static_cast<int64_t>(found.total_bytes), wanted.total, "total bytes");
      expect_equal(found.live_bytes, wanted.live, "live bytes");
      expect_equal(found.peak_bytes, wanted.peak, "peak bytes");
      expect_equal(static_cast<int64_t>(found.older_freed_blocks), wanted.older_blocks, "older blocks freed");
      expect_equal(static_cast<int64_t>(found.older_freed_bytes), wanted.older_bytes, "older bytes freed");
    }
    expect_equal(reading.sum_peak_bytes, sum_peak_, "peak of the sum");
    expect_equal(reading.program_at_peak_bytes + reading.part_at_peak_bytes[BENCHMEM_PART_JS], sum_peak_,
                 "parts of the peak");
  }

  Totals& of(ObjectId object) { return totals_[source_of(object)]; }

  Bytes bytes_;
  Slot slots_[kSlots];
  Totals totals_[BENCHMEM_SOURCE_COUNT];
  int64_t js_ = 0;
  int64_t sum_peak_ = 0;
  uint64_t token_ = 0;
  size_t thread_ = 0;
  bool measuring_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  Script(Bytes(bytes, count)).run();
  return 0;
}
