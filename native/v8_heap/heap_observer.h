// Watches the JavaScript heap of one isolate during a window and pushes its share into the combined sum.
// Everything happens on the isolate's own thread; nothing is read across threads.
// Reading the sum and forcing collections are two mechanisms: forcing never decides when the sum is read.
#ifndef BENCHMEM_V8_HEAP_HEAP_OBSERVER_H_
#define BENCHMEM_V8_HEAP_HEAP_OBSERVER_H_

#include <sys/types.h>

#include <atomic>

#include "abi/benchmem_abi.h"
#include "v8_heap/symbols.h"
#include "v8_heap/used_ledger.h"

namespace benchmem::v8_heap {

// Bytes of the isolate that opened the window, except for the total.
struct HeapFigures {
  int64_t baseline_bytes;
  int64_t used_bytes;
  int64_t total_bytes; // of every isolate that took part, those that ended in the window too
  uint64_t collections;
  int64_t floor_bytes; // used right after the last collect_floor() before the opening; -1: there was none
  bool near_live;      // garbage was kept small; the next two say how, for all isolates of the window
  int64_t slack_bytes; // how far garbage may have stood above what was live, at the end
  uint64_t forced_collections;
  uint32_t unread_isolates; // others that did not answer before the drain: counted as they last stood
  // V8's pages that no observed isolate explains, above the level at the opening, now; -1: not known.
  int64_t unobserved_bytes;
  int64_t physical_growth_bytes; // touched pages of all observed isolates, above the level at the opening
  // Used bytes of all embedded isolates, at the opening and as each stood when it was last exited.
  int64_t embedded_opening_bytes;
  int64_t embedded_used_bytes;
  uint32_t embedded_standing; // of them: ran in the window and stand, with garbage that nobody can have them collect
};

struct WindowRequest {
  benchmem_window_options tracked;
  // Forces full collections while the window measures. The process must run with --expose-gc.
  bool near_live;
  // Above 0: how far garbage may stand above what is live before one is forced. For tests: the rule knows better.
  int64_t fixed_slack_bytes;
};

// Makes the isolate's thread call HeapObserver::woken() soon, where it waits in its event loop. Called on
// any thread, under a lock that woken() takes.
struct Waker {
  void (*wake)(void* context) = nullptr;
  void* context = nullptr;
};

class HeapObserver {
 public:
  // The observer of the current thread's isolate; shared by every environment of it. Null: no isolate here.
  // Needs missing_symbol() == nullptr.
  static HeapObserver* acquire(const benchmem_abi& abi) noexcept;
  // Whether somebody observes it. With the observers' lock held.
  static bool is_observed_locked(const Isolate* isolate) noexcept;
  // By each acquirer once, on the same thread; the last one takes the isolate's share out of the sum.
  void release() noexcept;

  // Embedded isolates: an addon makes, runs and ends them by itself, on any thread and under V8's Locker. Whoever runs one is
  // its own thread for as long. Each call is made by the thread that is about to do, or has just done, what it says.
  static void embedded_made(const benchmem_abi& abi, Isolate* isolate) noexcept;
  static void embedded_entered(Isolate* isolate) noexcept;
  static void embedded_leaves(Isolate* isolate) noexcept;
  static void embedded_ends(Isolate* isolate) noexcept;
  // Nobody is told of their ends any more: those that stand are observed no longer. Outside windows; any thread.
  static void forget_embedded() noexcept;

  // Whether collections of observed isolates that begin from here on hold V8's own threads meanwhile, in the whole process.
  static void collect_alone(bool alone) noexcept;

  // For an isolate as young as its observer: in a window that measures already, all of its heap counts.
  void count_from_birth() noexcept;
  // How to reach this isolate while it idles. After the call that clears it, the old one is not used any more.
  void set_waker(Waker waker) noexcept;
  // At a turn of the thread's event loop: brings this isolate's share up to date, and does what it was asked for.
  void woken() noexcept;
  // Asks every other isolate, once, for two full collections on its own thread and a turn of its loop, and waits for
  // a bounded time for an answer, and as long as one collects. The number of those whose garbage may stand still; they are not asked again.
  uint32_t collect_others() noexcept;

  // Has every other observed isolate do follow_listening() when it next runs JavaScript.
  void ask_others_to_follow() noexcept;

  // Opens the tracker's window with this isolate's heap as the owner's. No other status than the tracker's.
  benchmem_status open_window(const WindowRequest& request, uint64_t* token) noexcept;
  // The last refresh of every isolate that answers in time, then the tracker's drain: total and collections are
  // final.
  benchmem_status drain_window(uint64_t token) noexcept;
  // Any phase: brings the sum up to date while measuring, then the tracker's reading.
  benchmem_status read_window(uint64_t token, benchmem_reading* out, HeapFigures* heap) noexcept;
  benchmem_status close_window(uint64_t token, benchmem_reading* out, HeapFigures* heap) noexcept;

  // A full synchronous collection, which V8 makes of at least two.
  void collect() noexcept;
  // The same of one, where this V8 can: to see whether the one before has left anything.
  void collect_again() noexcept;
  // Two: the floor, below 100 B of residue where one leaves 5 KB. False: no GC callback arrived, so that
  // nothing this observer says may be believed.
  bool collect_floor() noexcept;

  // Used bytes of the heap now. About 0.15 us.
  int64_t read_used() noexcept;
  HeapStatistics read_statistics() const noexcept;
  // Collections that ended since the observer started: nonzero proves that the callbacks arrive.
  uint64_t collections_seen() const noexcept { return collections_seen_; }

 private:
  // Where a refresh comes from, and with it what may follow: at kYoungEpilogue and kInterrupt a collection,
  // at kPressure (inside a malloc or free) the request of an interrupt, elsewhere nothing.
  // SAFETY: a collection in the epilogue of incremental marking crashes V8; that one is a kReading.
  enum class RefreshPoint { kPressure, kPrologue, kYoungEpilogue, kFullEpilogue, kInterrupt, kReading };

  HeapObserver(const benchmem_abi& abi, Isolate* isolate) noexcept : abi_(abi), isolate_(isolate) {}
  ~HeapObserver() = default;

  static void on_prologue(Isolate* isolate, int type, int flags, void* self) noexcept;
  static void on_epilogue(Isolate* isolate, int type, int flags, void* self) noexcept;
  static void on_pressure(void* self) noexcept;
  static void on_engine_mapping(void* self) noexcept;
  static void on_interrupt(Isolate* isolate, void*) noexcept;
  static void on_follow(Isolate* isolate, void*) noexcept;
  static void on_embedded_pressure(void*) noexcept;

  bool start() noexcept;
  void begin() noexcept;
  void begin_collecting() noexcept;
  void end_collecting() noexcept;
  static HeapObserver* find_embedded_locked(const Isolate* isolate) noexcept;
  static HeapObserver* embedded_here() noexcept;
  static void embedded_ended_unseen(Isolate* isolate) noexcept;
  bool must_watch_visitor_locked() noexcept;
  void unlink_locked() noexcept;
  // Whether it can be asked: an embedded isolate that nobody runs cannot, and is as it was last read.
  bool can_answer_locked() const noexcept { return !is_embedded_ || entered_ > 0; }
  static int64_t embedded_used_locked() noexcept;
  static uint32_t embedded_standing_locked() noexcept;
  void stop() noexcept;
  void refresh(RefreshPoint point) noexcept;
  void refresh_locked(RefreshPoint point, int64_t used) noexcept;
  void join_window_locked(int64_t used) noexcept;
  void interrupt_others_locked() noexcept;
  void interrupt_own_thread() noexcept;
  bool wants_collection_locked(RefreshPoint point) noexcept;
  int64_t others_growth_locked() const noexcept;
  void force_collection() noexcept;
  void ask_others_locked() noexcept;
  void await_others() noexcept;
  bool await_some_locked(bool last_round) noexcept;
  void serve_collection(bool at_turn) noexcept;
  void ask_collections_locked() noexcept;
  enum class Awaited { kNobody, kAnAnswer, kACollection };
  Awaited awaited_collections_locked() const noexcept;
  void wake_locked() const noexcept;
  int64_t total_of_all_locked() const noexcept;
  struct Pages {
    int64_t committed;
    int64_t physical;
  };
  static Pages pages_of_all_locked() noexcept;
  int64_t held_pages() const noexcept;
  int64_t unobserved_locked() const noexcept;
  HeapFigures figures_locked(int64_t used) const noexcept;

  const benchmem_abi& abi_;
  Isolate* const isolate_;
  HeapObserver* next_ = nullptr;
  unsigned acquirers_ = 0;

  UsedLedger ledger_;
  uint64_t joined_window_ = 0; // the window that ledger_ and contributed_ belong to
  int64_t contributed_ = 0;    // INVARIANT: what the tracker's sum holds of this isolate in that window
  int64_t left_by_full_ = 0;   // of contributed_, right after this isolate's last full collection in the window
  // V8's pages of this isolate when it was last read: all of them, and those that it has touched.
  std::atomic<int64_t> committed_{0};
  std::atomic<int64_t> most_committed_{0}; // since the window opened
  std::atomic<int64_t> physical_{0};
  std::atomic<int64_t> used_{0};
  int64_t floor_bytes_ = -1; // of the last collect_floor(), until a window takes it
  int64_t window_floor_bytes_ = -1;
  uint64_t collections_seen_ = 0;
  uint64_t answered_ = 0;      // the last asking that a refresh of this isolate came after
  bool overdue_ = false;       // was awaited in vain, and has not answered since
  uint64_t collected_ = 0;     // the last asking for a collection that this isolate has served
  uint64_t turned_ = 0;        // the same, with the turns of the loop that let finalizers run
  int turns_left_ = 0;         // of the loop, until turned_ follows collected_
  bool is_collecting_ = false; // serves an asking for a collection right now
  bool uncollectable_ = false; // was asked for a collection in vain
  Waker waker_;
  bool is_embedded_ = false;
  std::atomic<bool> is_forgotten_{false}; // out of the list, for good; V8's callbacks still name it
  int entered_ = 0;                       // embedded: how often, by all threads; under the observers' lock
  pid_t thread_ = 0;                      // its own; embedded: the last that was watched for it
  int collecting_ = 0;                    // open pairs of prologue and epilogue in which objects move
  bool holds_engine_threads_ = false;     // while it is collecting
  bool refreshing_ = false;
  std::atomic<bool> interrupt_asked_{false};
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_HEAP_OBSERVER_H_
